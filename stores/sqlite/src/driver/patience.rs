use std::cell::Cell;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::driver::{DriverError, Fault};

/// The pauses between tries grow by this much, up to [`LONGEST`]. SQLite's own wait grows to 100 milliseconds, in
/// which processes that write all the time lock each other out for seconds.
const STEP: Duration = Duration::from_micros(200);
const LONGEST: Duration = Duration::from_millis(2);

thread_local! {
    /// For how long a statement of this thread waits for a lock, and since when the present one does. SQLite's
    /// callback is a plain function, which can hold neither.
    static TIMEOUT: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static SINCE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Lets the connection wait for locks, for as long as [`set_timeout`] says.
pub(super) fn wait_for_locks(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(wait))
}

/// Sets for how long the statements that this thread runs from now on wait for a lock.
pub(super) fn set_timeout(timeout: Duration) {
    TIMEOUT.set(timeout);
}

/// Does what SQLite's callback does for what is not a statement: tries again while something is in the way.
pub(super) fn patiently<T>(
    timeout: Duration,
    mut attempt: impl FnMut() -> Result<T, DriverError>,
) -> Result<T, DriverError> {
    set_timeout(timeout);
    let mut tries = 0;
    loop {
        match attempt() {
            Err(error) if matches!(error.fault, Fault::Busy | Fault::LogTaken) && wait(tries) => tries += 1,
            done => return done,
        }
    }
}

/// Whether to try again, after a pause. `tries` counts from 0 for each lock.
fn wait(tries: i32) -> bool {
    let now = Instant::now();
    if tries == 0 {
        SINCE.set(Some(now));
    }
    let waited = SINCE.get().map_or(Duration::ZERO, |since| now.duration_since(since));
    let left = TIMEOUT.get().saturating_sub(waited);
    if left.is_zero() {
        return false;
    }
    let pause = STEP.saturating_mul(tries.unsigned_abs() + 1).min(LONGEST);
    thread::sleep(pause.min(left));
    true
}

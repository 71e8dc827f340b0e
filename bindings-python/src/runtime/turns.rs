use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// A turn counts as over after this long: the loop may have ended within it, or a task may compute.
const LONGEST: Duration = Duration::from_millis(5);

/// Whether an event loop is about to wake tasks, or at those that it has just woken. They come one after the other, and
/// each may have something to append.
#[derive(Default)]
pub(crate) struct Turns {
    /// When the turn counts as over; none while there is none.
    end: Mutex<Option<Instant>>,
    is_over: Notify,
}

impl Turns {
    /// There are answers for tasks of a loop. Another loop of which that is so meanwhile shares the turn.
    pub(crate) fn begin(&self) {
        self.set(Some(Instant::now() + LONGEST));
    }

    /// The loop has run them.
    pub(crate) fn end(&self) {
        self.set(None);
        self.is_over.notify_waiters();
    }

    /// Waits for the end of the turn.
    pub(crate) async fn pass(&self) {
        // Before the look: an end that comes right after it is noticed.
        let is_over = self.is_over.notified();
        let end = *self.end.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(end) = end {
            let _ = timeout_at(end, is_over).await;
        }
    }

    fn set(&self, end: Option<Instant>) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = end;
    }
}

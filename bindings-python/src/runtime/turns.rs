use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// A turn counts as over after this long: the loop may have ended within it, or a task may compute.
const LONGEST: Duration = Duration::from_millis(5);

/// Whether an event loop is at the tasks that it has just woken. They come one after the other, and each may have
/// something to append.
#[derive(Default)]
pub(crate) struct Turns {
    /// When the turn counts as over; none while there is none.
    end: Mutex<Option<Instant>>,
    is_over: Notify,
}

impl Turns {
    /// A loop begins to run tasks that were woken together. A loop that does so meanwhile shares the turn.
    pub(crate) fn begin(&self) {
        self.set(Some(Instant::now() + LONGEST));
    }

    /// It has run them.
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

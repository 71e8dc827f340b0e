use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use std::{io, thread};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

/// After this long without a call, the caretaker takes over.
const LINGER: Duration = Duration::from_millis(5);

/// A runtime that is driven by the threads that wait for something on it: to wait for another thread that drives it
/// would cost more than a short statement does.
///
/// While nobody waits, a thread of its own drives it, the caretaker: connections must notice that they were closed,
/// and what an append leaves behind must be finished.
pub(crate) struct Callers {
    runtime: Runtime,
    inside: AtomicUsize,
    calls: AtomicU64,
    is_kept: AtomicBool,
    wanted: Notify,
}

impl Callers {
    pub(super) fn start() -> io::Result<&'static Self> {
        let callers: &Self = Box::leak(Box::new(Self {
            runtime: Builder::new_current_thread().enable_all().build()?,
            inside: AtomicUsize::new(0),
            calls: AtomicU64::new(0),
            is_kept: AtomicBool::new(false),
            wanted: Notify::new(),
        }));
        thread::Builder::new().name("onefold-caretaker".to_owned()).spawn(|| callers.keep())?;
        Ok(callers)
    }

    /// Runs a future on the caller's thread.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _inside = Inside::enter(self);
        if self.is_kept.load(Ordering::SeqCst) {
            self.wanted.notify_one();
        }
        self.runtime.block_on(future)
    }

    /// Drives the runtime whenever nobody else has for a while.
    fn keep(&self) {
        loop {
            let calls = self.calls.load(Ordering::SeqCst);
            thread::sleep(LINGER);
            if self.is_used() || self.calls.load(Ordering::SeqCst) != calls {
                continue;
            }
            self.is_kept.store(true, Ordering::SeqCst);
            // A caller who came in before that does not know that it must be let in.
            if !self.is_used() {
                self.runtime.block_on(self.wanted.notified());
            }
            self.is_kept.store(false, Ordering::SeqCst);
        }
    }

    fn is_used(&self) -> bool {
        self.inside.load(Ordering::SeqCst) > 0
    }
}

/// A caller, until its call has ended in whatever way.
struct Inside<'a>(&'a Callers);

impl<'a> Inside<'a> {
    fn enter(callers: &'a Callers) -> Self {
        callers.inside.fetch_add(1, Ordering::SeqCst);
        callers.calls.fetch_add(1, Ordering::SeqCst);
        Self(callers)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::SeqCst);
    }
}

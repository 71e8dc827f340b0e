use std::pin::pin;
use std::time::Duration;

use onefold::{StoreError, StoreErrorKind};
use pollster::block_on;
use pyo3::prelude::*;

use crate::runtime::{Callers, Loops};

/// How often a caller who waits looks whether Python has a signal for it, such as Ctrl-C.
const SIGNALS: Duration = Duration::from_millis(100);

/// Where the work of a store is done: always without the interpreter, so that other threads of Python run meanwhile.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// On the caller's thread.
    Caller,
    /// On the caller's thread, which drives a runtime meanwhile.
    Callers(&'static Callers),
    /// In a task of a runtime, while the caller's thread does something else.
    Task(&'static Loops),
    /// On a thread where it may block, while the caller's thread does something else.
    Thread(&'static Loops),
}

impl Place {
    /// Whether it takes threads, which a fork leaves behind.
    pub(crate) const fn has_threads(self) -> bool {
        !matches!(self, Self::Caller)
    }

    /// Does some work there.
    pub(crate) async fn run<T, E, F>(self, work: F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match self {
            Self::Caller => detached(|| block_on(work)),
            Self::Callers(callers) => wait(callers, work),
            Self::Task(loops) => loops.run(work).await,
            Self::Thread(loops) => loops.run_blocking(work).await,
        }
    }

    /// Does some work there that waits for tasks of its own.
    pub(crate) async fn wait<T, E, F>(self, work: F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match self {
            Self::Task(loops) => loops.within(work).await,
            _ => self.run(work).await,
        }
    }
}

/// Runs a future of a runtime on this thread. A signal ends the waiting, not what was begun.
fn wait<T, E, F>(callers: &Callers, future: F) -> Result<T, E>
where
    F: Future<Output = Result<T, E>> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    let mut future = pin!(future);
    loop {
        let waited =
            detached(|| callers.block_on(async { tokio::time::timeout(SIGNALS, future.as_mut()).await }));
        if let Ok(done) = waited {
            return done;
        }
        signals()?;
    }
}

/// Lets Python handle its signals; what a handler raises is the cause of the error.
#[expect(clippy::redundant_closure_for_method_calls, reason = "the method alone is not general enough")]
fn signals() -> Result<(), StoreError> {
    Python::attach(|py| py.check_signals()).map_err(|raised| {
        StoreError::new(StoreErrorKind::Unavailable, "it was interrupted").caused_by(raised)
    })
}

fn detached<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    Python::attach(|py| py.detach(work))
}

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::time::Duration;
use std::{io, thread};

use onefold::{StoreError, StoreErrorKind};
use pollster::block_on;
use tokio::runtime::{Builder, Handle};
use tokio::task::{JoinError, JoinHandle};
use tokio_util::task::AbortOnDropHandle;

/// As many calls may block at once, each on a thread of its own.
const MOST_THREADS: usize = 64;

/// A runtime for callers who must not block, such as event loops: a thread of its own drives it.
pub(crate) struct Loops(Handle);

impl Loops {
    pub(super) fn start() -> io::Result<&'static Self> {
        let runtime =
            Builder::new_current_thread().enable_all().max_blocking_threads(MOST_THREADS).build()?;
        let loops: &Self = Box::leak(Box::new(Self(runtime.handle().clone())));
        thread::Builder::new()
            .name("onefold-io".to_owned())
            .spawn(move || runtime.block_on(pending::<()>()))?;
        Ok(loops)
    }

    /// Runs a future there. It is given up where nobody waits for it any more.
    pub(crate) async fn run<T, E>(
        &self,
        future: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        ended(self.0.spawn(future)).await
    }

    /// Polls a future on the caller's thread, with the runtime's tasks and timers at hand: for one that only waits for
    /// such tasks, and need not be one itself.
    pub(crate) async fn within<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|context| {
            let _entered = self.0.enter();
            future.as_mut().poll(context)
        })
        .await
    }

    /// Runs a future that blocks, on another thread. It is given up where nobody waits for it before it begins.
    pub(crate) async fn run_blocking<T, E>(
        &self,
        future: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        ended(self.0.spawn_blocking(|| block_on(future))).await
    }

    /// A pause.
    pub(crate) async fn sleep(&self, duration: Duration) {
        // The timer is made within the runtime.
        let _ = AbortOnDropHandle::new(self.0.spawn(async move { tokio::time::sleep(duration).await })).await;
    }
}

async fn ended<T, E: From<StoreError>>(task: JoinHandle<Result<T, E>>) -> Result<T, E> {
    AbortOnDropHandle::new(task).await.unwrap_or_else(|error| Err(broken_off(error).into()))
}

fn broken_off(error: JoinError) -> StoreError {
    StoreError::new(StoreErrorKind::Failed, "the call was broken off; try again with the same event ids")
        .caused_by(error)
}

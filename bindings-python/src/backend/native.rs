use std::mem;
use std::pin::pin;
use std::process;
use std::sync::Arc;
use std::time::Duration;

use onefold::{
    Appended, Envelope, EventId, EventReader, EventStore, EventWriter, ExpectedVersion, Filter, Json,
    LogRange, Position, Snapshot, SnapshotStore, StoreError, StoreErrorKind, StoredEvent, StreamId,
    StreamRange, Version, WriteError,
};
use pollster::block_on;
use pyo3::prelude::*;

use crate::runtime::Callers;

/// How often a caller who waits looks whether Python has a signal for it, such as Ctrl-C.
const SIGNALS: Duration = Duration::from_millis(100);

/// A store in Rust, and where its work is done.
pub(crate) struct Native<S> {
    store: Arc<S>,
    place: Place,
    process: u32,
}

/// Where the work of a store is done.
pub(crate) enum Place {
    /// On the caller's thread.
    Caller,
    /// On the caller's thread, which drives a runtime meanwhile.
    Callers(&'static Callers),
}

impl<S> Native<S> {
    pub(crate) fn new(store: S, place: Place) -> Self {
        Self { store: Arc::new(store), place, process: process::id() }
    }

    /// Whether it needs threads that were left behind by a fork.
    fn is_left_behind(&self) -> bool {
        !matches!(self.place, Place::Caller) && process::id() != self.process
    }
}

impl<S: EventStore<Payload = Json> + 'static> Native<S> {
    /// Runs a call of the store in its place, without the interpreter: other threads of Python run meanwhile.
    fn run<T, E, F>(&self, call: impl FnOnce(Arc<S>) -> F + Send) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>> + Send,
        T: Send,
        E: From<StoreError> + Send,
    {
        if self.is_left_behind() {
            return Err(left_behind().into());
        }
        let future = call(Arc::clone(&self.store));
        match self.place {
            Place::Caller => detached(|| block_on(future)),
            Place::Callers(callers) => wait(callers, future),
        }
    }
}

impl<S: EventStore<Payload = Json> + 'static> EventReader for Native<S> {
    type Payload = Json;

    async fn read_stream(
        &self,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let stream_id = stream_id.clone();
        self.run(|store| async move { store.read_stream(&stream_id, range).await })
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let filter = filter.clone();
        self.run(|store| async move { store.read_all(range, &filter).await })
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        let stream_id = stream_id.clone();
        self.run(|store| async move { store.stream_version(&stream_id).await })
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.run(|store| async move { store.head().await })
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<Json>>, StoreError> {
        self.run(|store| async move { store.find_event(id).await })
    }

    fn epoch(&self) -> EventId {
        self.store.epoch()
    }
}

impl<S: EventStore<Payload = Json> + 'static> EventWriter for Native<S> {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<Json>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        let stream_id = stream_id.clone();
        self.run(|store| async move { store.append(&stream_id, events, expected).await })
    }

    async fn close(&self) -> Result<(), StoreError> {
        // What belongs to another process is for that one to close.
        if self.is_left_behind() {
            return Ok(());
        }
        self.run(|store| async move { store.close().await })
    }
}

impl<S: EventStore<Payload = Json> + 'static> SnapshotStore for Native<S> {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<Json>>, StoreError> {
        let (stream_id, name) = (stream_id.clone(), name.to_owned());
        self.run(|store| async move { store.load_snapshot(&stream_id, &name).await })
    }

    async fn save_snapshot(&self, snapshot: Snapshot<Json>) -> Result<(), StoreError> {
        self.run(|store| async move { store.save_snapshot(snapshot).await })
    }
}

impl<S> Drop for Native<S> {
    fn drop(&mut self) {
        // To end its connections here would end them for the process that they belong to.
        if self.is_left_behind() {
            mem::forget(Arc::clone(&self.store));
        }
    }
}

/// Runs a future of a runtime on this thread. A signal ends the waiting, not what was begun.
pub(crate) fn wait<T, E, F>(callers: &Callers, future: F) -> Result<T, E>
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

fn left_behind() -> StoreError {
    let fault = "the store was opened before this process was forked; open it again in this process, or start \
                 processes by spawn";
    StoreError::new(StoreErrorKind::Failed, fault)
}

use std::sync::Arc;
use std::{mem, process};

use onefold::{
    Appended, Envelope, EventId, EventReader, EventStore, EventWriter, ExpectedVersion, Filter, Json,
    LogRange, Position, Snapshot, SnapshotStore, StoreError, StoreErrorKind, StoredEvent, StreamId,
    StreamRange, Version, WriteError,
};

use crate::backend::Place;

/// A store in Rust, and where its work is done.
pub(crate) struct Native<S> {
    store: Arc<S>,
    place: Place,
    process: u32,
}

impl<S> Native<S> {
    pub(crate) fn new(store: S, place: Place) -> Self {
        Self { store: Arc::new(store), place, process: process::id() }
    }

    /// The store itself, for what takes no waiting.
    pub(crate) fn store(&self) -> Result<&S, StoreError> {
        self.check_process()?;
        Ok(&self.store)
    }

    fn check_process(&self) -> Result<(), StoreError> {
        if !self.is_left_behind() {
            return Ok(());
        }
        let fault = "the store was opened before this process was forked; open it again in this process, or start \
                     processes by spawn";
        Err(StoreError::new(StoreErrorKind::Failed, fault))
    }

    /// Whether it needs threads that were left behind by a fork.
    fn is_left_behind(&self) -> bool {
        self.place.has_threads() && process::id() != self.process
    }
}

impl<S: EventStore<Payload = Json> + 'static> Native<S> {
    /// Runs a call of the store in its place, without the interpreter: other threads of Python run meanwhile.
    async fn run<T, E, F>(&self, call: impl FnOnce(Arc<S>) -> F + Send) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.check_process()?;
        self.place.run(call(Arc::clone(&self.store))).await
    }
}

impl<S: EventStore<Payload = Json> + 'static> EventReader for Native<S> {
    type Payload = Json;
    type Page = S::Page;

    async fn read_stream(&self, stream_id: &StreamId, range: StreamRange) -> Result<S::Page, StoreError> {
        let stream_id = stream_id.clone();
        self.run(|store| async move { store.read_stream(&stream_id, range).await }).await
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<S::Page, StoreError> {
        let filter = filter.clone();
        self.run(|store| async move { store.read_all(range, &filter).await }).await
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        let stream_id = stream_id.clone();
        self.run(|store| async move { store.stream_version(&stream_id).await }).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.run(|store| async move { store.head().await }).await
    }

    async fn last_position(&self) -> Result<Position, StoreError> {
        self.run(|store| async move { store.last_position().await }).await
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<Json>>, StoreError> {
        self.run(|store| async move { store.find_event(id).await }).await
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
        self.check_process()?;
        let (store, stream_id) = (Arc::clone(&self.store), stream_id.clone());
        // Appends of many tasks are queued at once so, and written together.
        self.place.wait(async move { store.append(&stream_id, events, expected).await }).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        // What belongs to another process is for that one to close.
        if self.is_left_behind() {
            return Ok(());
        }
        self.run(|store| async move { store.close().await }).await
    }
}

impl<S: EventStore<Payload = Json> + 'static> SnapshotStore for Native<S> {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<Json>>, StoreError> {
        let (stream_id, name) = (stream_id.clone(), name.to_owned());
        self.run(|store| async move { store.load_snapshot(&stream_id, &name).await }).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot<Json>) -> Result<(), StoreError> {
        self.run(|store| async move { store.save_snapshot(snapshot).await }).await
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

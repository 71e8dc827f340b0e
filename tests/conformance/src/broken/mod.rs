//! Stores with one fault each, most of them seen in libraries that people use. The suite must reject every one.

pub mod append;
pub mod concurrency;
pub mod ids;
pub mod read;
pub mod restart;
pub mod snapshots;

use std::marker::PhantomData;

use onefold::{
    Appended, Envelope, EventId, EventReader, EventWriter, ExpectedVersion, Filter, Json, LogRange,
    MemoryStore, Position, Snapshot, SnapshotStore, StoreError, StoredEvent, StreamId, StreamRange, Version,
    WriteError,
};

use crate::harness::host;
use crate::{Failure, Harness};

/// What is to be appended.
pub struct Append<'a> {
    /// The stream.
    pub stream_id: &'a StreamId,
    /// The events.
    pub events: Vec<Envelope<Json>>,
    /// What is expected of the stream.
    pub expected: ExpectedVersion,
}

impl Append<'_> {
    /// Does it as it should be done.
    ///
    /// # Errors
    /// Those of an append.
    pub async fn to(self, store: &MemoryStore<Json>) -> Result<Appended, WriteError> {
        store.append(self.stream_id, self.events, self.expected).await
    }
}

/// What a store does wrong. What it does not override, the store in memory does right.
pub trait Fault: Default + Send + Sync + 'static {
    /// In place of [`EventWriter::append`].
    fn append(
        &self,
        store: &MemoryStore<Json>,
        append: Append<'_>,
    ) -> impl Future<Output = Result<Appended, WriteError>> + Send {
        append.to(store)
    }

    /// In place of [`EventReader::read_stream`].
    fn read_stream(
        &self,
        store: &MemoryStore<Json>,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> impl Future<Output = Result<Vec<StoredEvent<Json>>, StoreError>> + Send {
        store.read_stream(stream_id, range)
    }

    /// In place of [`EventReader::read_all`].
    fn read_all(
        &self,
        store: &MemoryStore<Json>,
        range: LogRange,
        filter: &Filter,
    ) -> impl Future<Output = Result<Vec<StoredEvent<Json>>, StoreError>> + Send {
        store.read_all(range, filter)
    }

    /// What the head is made into.
    fn head(&self, head: Position) -> Position {
        head
    }

    /// What the epoch is made into.
    fn epoch(&self, epoch: EventId) -> EventId {
        epoch
    }

    /// In place of [`SnapshotStore::load_snapshot`].
    fn load_snapshot(
        &self,
        store: &MemoryStore<Json>,
        stream_id: &StreamId,
        name: &str,
    ) -> impl Future<Output = Result<Option<Snapshot<Json>>, StoreError>> + Send {
        store.load_snapshot(stream_id, name)
    }

    /// In place of [`SnapshotStore::save_snapshot`].
    fn save_snapshot(
        &self,
        store: &MemoryStore<Json>,
        snapshot: Snapshot<Json>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        store.save_snapshot(snapshot)
    }

    /// Whether it passes itself off as durable; then [`restart`](Self::restart) is what a restart does to it.
    fn is_durable(&self) -> bool {
        false
    }

    /// What a restart does.
    fn restart(&mut self) {}
}

/// No fault at all: the suite must accept it, so that a rejection is the fault's doing.
#[derive(Default)]
pub struct Sound;

impl Fault for Sound {
    fn is_durable(&self) -> bool {
        true
    }
}

/// The store in memory with a fault.
pub struct Broken<F> {
    store: MemoryStore<Json>,
    fault: F,
}

/// The harness of a broken store.
pub struct BrokenHarness<F>(PhantomData<fn() -> F>);

impl<F: Fault> BrokenHarness<F> {
    /// The harness of the store with this fault.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<F: Fault> Default for BrokenHarness<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<F: Fault> Harness for BrokenHarness<F> {
    type Backend = Broken<F>;

    async fn create(&self) -> Result<Broken<F>, Failure> {
        Ok(Broken {
            store: MemoryStore::new(host()),
            fault: F::default(),
        })
    }

    fn is_durable(&self) -> bool {
        F::default().is_durable()
    }

    async fn restart(&self, mut backend: Broken<F>) -> Result<Broken<F>, Failure> {
        backend.fault.restart();
        Ok(backend)
    }
}

impl<F: Fault> EventReader for Broken<F> {
    type Payload = Json;

    async fn read_stream(
        &self,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        self.fault.read_stream(&self.store, stream_id, range).await
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        self.fault.read_all(&self.store, range, filter).await
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        self.store.stream_version(stream_id).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(self.fault.head(self.store.head().await?))
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<Json>>, StoreError> {
        self.store.find_event(id).await
    }

    fn epoch(&self) -> EventId {
        self.fault.epoch(self.store.epoch())
    }
}

impl<F: Fault> EventWriter for Broken<F> {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<Json>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        self.fault
            .append(
                &self.store,
                Append {
                    stream_id,
                    events,
                    expected,
                },
            )
            .await
    }
}

impl<F: Fault> SnapshotStore for Broken<F> {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<Json>>, StoreError> {
        self.fault.load_snapshot(&self.store, stream_id, name).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot<Json>) -> Result<(), StoreError> {
        self.fault.save_snapshot(&self.store, snapshot).await
    }
}

/// An id that nobody has yet.
fn fresh_id() -> EventId {
    let mut random = [0; 16];
    host().fill_random(&mut random);
    EventId::new(uuid::Builder::from_random_bytes(random).into_uuid())
}

/// Whether each event's id is stored, in order.
async fn known(
    store: &MemoryStore<Json>,
    events: &[Envelope<Json>],
) -> Result<Vec<Option<StoredEvent<Json>>>, StoreError> {
    let mut known = Vec::with_capacity(events.len());
    for event in events {
        known.push(store.find_event(event.id).await?);
    }
    Ok(known)
}

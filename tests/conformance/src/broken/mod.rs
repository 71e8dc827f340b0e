//! Stores with one fault each, most of them seen in libraries that people use. The suite must reject every one.

pub mod append;
pub mod concurrency;
pub mod ids;
mod memory;
pub mod read;
pub mod restart;
pub mod snapshots;

pub use memory::{Append, Memory};

use onefold::{
    Appended, Envelope, EventId, EventReader, EventWriter, ExpectedVersion, Filter, Json, LogRange, Position,
    Snapshot, SnapshotStore, StoreError, StoredEvent, StreamId, StreamRange, Version, WriteError,
};

use crate::harness::host;
use crate::{Failure, Harness};

/// What a store does wrong. What it does not override, the store in memory does right.
pub trait Fault: Send + Sync + 'static {
    /// In place of [`EventWriter::append`].
    ///
    /// # Errors
    /// Those of an append.
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        store.append(append)
    }

    /// In place of [`EventReader::read_stream`].
    ///
    /// # Errors
    /// Those of the store.
    fn read_stream(
        &self,
        store: &Memory,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        store.read_stream(stream_id, range)
    }

    /// In place of [`EventReader::read_all`].
    ///
    /// # Errors
    /// Those of the store.
    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
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
    ///
    /// # Errors
    /// Those of the store.
    fn load_snapshot(
        &self,
        store: &Memory,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<Json>>, StoreError> {
        store.load_snapshot(stream_id, name)
    }

    /// In place of [`SnapshotStore::save_snapshot`].
    ///
    /// # Errors
    /// Those of the store.
    fn save_snapshot(&self, store: &Memory, snapshot: Snapshot<Json>) -> Result<(), StoreError> {
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
pub struct Broken {
    store: Memory,
    fault: Box<dyn Fault>,
}

/// The harness of a broken store.
pub struct BrokenHarness {
    fault: fn() -> Box<dyn Fault>,
}

impl BrokenHarness {
    /// The harness of the store with this fault.
    pub fn new<F: Fault + Default>() -> Self {
        Self { fault: || Box::<F>::default() }
    }
}

impl Harness for BrokenHarness {
    type Backend = Broken;

    async fn create(&self) -> Result<Broken, Failure> {
        Ok(Broken { store: Memory::new(), fault: (self.fault)() })
    }

    fn is_durable(&self) -> bool {
        (self.fault)().is_durable()
    }

    async fn restart(&self, mut backend: Broken) -> Result<Broken, Failure> {
        backend.fault.restart();
        Ok(backend)
    }
}

impl EventReader for Broken {
    type Payload = Json;
    type Page = Vec<StoredEvent<Json>>;

    async fn read_stream(
        &self,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        self.fault.read_stream(&self.store, stream_id, range)
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        self.fault.read_all(&self.store, range, filter)
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        self.store.stream_version(stream_id)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(self.fault.head(self.store.head()?))
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<Json>>, StoreError> {
        self.store.find_event(id)
    }

    fn epoch(&self) -> EventId {
        self.fault.epoch(self.store.epoch())
    }
}

impl EventWriter for Broken {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<Json>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        self.fault.append(&self.store, Append { stream_id, events, expected })
    }
}

impl SnapshotStore for Broken {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<Json>>, StoreError> {
        self.fault.load_snapshot(&self.store, stream_id, name)
    }

    async fn save_snapshot(&self, snapshot: Snapshot<Json>) -> Result<(), StoreError> {
        self.fault.save_snapshot(&self.store, snapshot)
    }
}

/// An id that nobody has yet.
fn fresh_id() -> EventId {
    let mut random = [0; 16];
    host().fill_random(&mut random);
    EventId::new(uuid::Builder::from_random_bytes(random).into_uuid())
}

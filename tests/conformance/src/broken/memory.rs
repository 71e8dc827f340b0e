use onefold::{
    Appended, Envelope, EventId, EventReader, EventWriter, ExpectedVersion, Filter, Json, LogRange,
    MemoryStore, Position, Snapshot, SnapshotStore, StoreError, StoredEvent, StreamId, StreamRange, Version,
    WriteError,
};
use pollster::block_on;

use crate::harness::host;

/// The sound store that a fault spoils, with plain functions: in memory nothing is ever waited for.
pub struct Memory(MemoryStore<Json>);

/// What is to be appended.
pub struct Append<'a> {
    /// The stream.
    pub stream_id: &'a StreamId,
    /// The events.
    pub events: Vec<Envelope<Json>>,
    /// What is expected of the stream.
    pub expected: ExpectedVersion,
}

#[expect(clippy::missing_errors_doc, reason = "the errors are those of the store's own functions")]
impl Memory {
    pub(super) fn new() -> Self {
        Self(MemoryStore::new(host()))
    }

    /// See [`EventWriter::append`].
    pub fn append(&self, append: Append<'_>) -> Result<Appended, WriteError> {
        block_on(self.0.append(append.stream_id, append.events, append.expected))
    }

    /// See [`EventReader::read_stream`].
    pub fn read_stream(
        &self,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        block_on(self.0.read_stream(stream_id, range))
    }

    /// See [`EventReader::read_all`].
    pub fn read_all(&self, range: LogRange, filter: &Filter) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        block_on(self.0.read_all(range, filter))
    }

    /// See [`EventReader::stream_version`].
    pub fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        block_on(self.0.stream_version(stream_id))
    }

    /// See [`EventReader::head`].
    pub fn head(&self) -> Result<Position, StoreError> {
        block_on(self.0.head())
    }

    /// See [`EventReader::find_event`].
    pub fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<Json>>, StoreError> {
        block_on(self.0.find_event(id))
    }

    /// What is stored under the id of each of these events, in their order.
    pub fn known(&self, events: &[Envelope<Json>]) -> Result<Vec<Option<StoredEvent<Json>>>, StoreError> {
        events.iter().map(|event| self.find_event(event.id)).collect()
    }

    /// See [`SnapshotStore::load_snapshot`].
    pub fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<Json>>, StoreError> {
        block_on(self.0.load_snapshot(stream_id, name))
    }

    /// See [`SnapshotStore::save_snapshot`].
    pub fn save_snapshot(&self, snapshot: Snapshot<Json>) -> Result<(), StoreError> {
        block_on(self.0.save_snapshot(snapshot))
    }

    pub(super) fn epoch(&self) -> EventId {
        self.0.epoch()
    }
}

impl Append<'_> {
    /// The same, whatever the stream is like.
    #[must_use]
    pub fn at_any_version(self) -> Self {
        Self { expected: ExpectedVersion::Any, ..self }
    }
}

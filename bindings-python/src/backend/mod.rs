//! The stores that Python can open, as one backend.

mod custom;
mod native;
mod place;
mod wire;

use onefold::{
    Appended, Envelope, EventId, EventReader, EventWriter, ExpectedVersion, Filter, Json, LogRange,
    MemoryStore, Position, Snapshot, SnapshotStore, StoreError, StoredEvent, StreamId, StreamRange, Version,
    WriteError,
};
use onefold_postgres::PostgresStore;
use onefold_sqlite::SqliteStore;

pub(crate) use custom::PyStore;
pub(crate) use native::Native;
pub(crate) use place::Place;
pub(crate) use wire::event as stored_event;

/// One of the stores.
pub(crate) enum Backend {
    Memory(Native<MemoryStore<Json>>),
    Sqlite(Native<SqliteStore>),
    Postgres(Native<PostgresStore>),
    Custom(PyStore),
}

/// The same call of whichever store it is.
macro_rules! of {
    ($backend:expr, $store:ident => $call:expr) => {
        match $backend {
            Backend::Memory($store) => $call,
            Backend::Sqlite($store) => $call,
            Backend::Postgres($store) => $call,
            Backend::Custom($store) => $call,
        }
    };
}

impl EventReader for Backend {
    type Payload = Json;
    type Page = Vec<StoredEvent<Json>>;

    async fn read_stream(
        &self,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        of!(self, store => store.read_stream(stream_id, range).await)
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        of!(self, store => store.read_all(range, filter).await)
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        of!(self, store => store.stream_version(stream_id).await)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        of!(self, store => store.head().await)
    }

    async fn last_position(&self) -> Result<Position, StoreError> {
        of!(self, store => store.last_position().await)
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<Json>>, StoreError> {
        of!(self, store => store.find_event(id).await)
    }

    fn epoch(&self) -> EventId {
        of!(self, store => store.epoch())
    }
}

impl EventWriter for Backend {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<Json>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        of!(self, store => store.append(stream_id, events, expected).await)
    }

    async fn close(&self) -> Result<(), StoreError> {
        of!(self, store => store.close().await)
    }
}

impl SnapshotStore for Backend {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<Json>>, StoreError> {
        of!(self, store => store.load_snapshot(stream_id, name).await)
    }

    async fn save_snapshot(&self, snapshot: Snapshot<Json>) -> Result<(), StoreError> {
        of!(self, store => store.save_snapshot(snapshot).await)
    }
}

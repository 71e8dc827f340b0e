//! The stores that JavaScript can open, as one backend.

mod custom;
#[cfg(feature = "sqlite")]
pub mod sqlite;

use onefold::{
    Appended, Envelope, EventId, EventReader, EventWriter, ExpectedVersion, Filter, LogRange, MemoryStore,
    Position, Snapshot, SnapshotStore, StoreError, StoredEvent, StreamId, StreamRange, Version, WriteError,
};
use onefold_indexeddb::IndexedDbStore;
use onefold_js::{JsLog, JsPage, JsPayload};

pub(crate) use custom::{CustomStore, JsStore};
#[cfg(feature = "sqlite")]
pub(crate) use sqlite::NodeSqlite;

/// One of the stores.
pub(crate) enum Backend {
    Memory(MemoryStore<JsPayload, JsLog>),
    Custom(JsStore),
    IndexedDb(IndexedDbStore),
    #[cfg(feature = "sqlite")]
    Sqlite(Box<onefold_sqlite::SqliteStore<NodeSqlite>>),
}

macro_rules! call {
    ($backend:expr, $store:ident => $call:expr) => {
        match $backend {
            Backend::Memory($store) => $call,
            Backend::Custom($store) => $call,
            Backend::IndexedDb($store) => $call,
            #[cfg(feature = "sqlite")]
            Backend::Sqlite($store) => $call,
        }
    };
}

impl EventReader for Backend {
    type Payload = JsPayload;
    type Page = JsPage;

    async fn read_stream(&self, stream_id: &StreamId, range: StreamRange) -> Result<JsPage, StoreError> {
        match self {
            Self::Memory(store) => store.read_stream(stream_id, range).await,
            Self::Custom(store) => store.read_stream(stream_id, range).await,
            Self::IndexedDb(store) => store.read_stream(stream_id, range).await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(store) => Ok(store.read_stream(stream_id, range).await?.into()),
        }
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<JsPage, StoreError> {
        match self {
            Self::Memory(store) => store.read_all(range, filter).await,
            Self::Custom(store) => store.read_all(range, filter).await,
            Self::IndexedDb(store) => store.read_all(range, filter).await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(store) => Ok(store.read_all(range, filter).await?.into()),
        }
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        call!(self, store => store.stream_version(stream_id).await)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        call!(self, store => store.head().await)
    }

    async fn last_position(&self) -> Result<Position, StoreError> {
        call!(self, store => store.last_position().await)
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<JsPayload>>, StoreError> {
        call!(self, store => store.find_event(id).await)
    }

    fn epoch(&self) -> EventId {
        call!(self, store => store.epoch())
    }

    fn fold_page(&self) -> usize {
        call!(self, store => store.fold_page())
    }
}

impl EventWriter for Backend {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<JsPayload>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        call!(self, store => store.append(stream_id, events, expected).await)
    }

    async fn close(&self) -> Result<(), StoreError> {
        call!(self, store => store.close().await)
    }
}

impl SnapshotStore for Backend {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<JsPayload>>, StoreError> {
        call!(self, store => store.load_snapshot(stream_id, name).await)
    }

    async fn save_snapshot(&self, snapshot: Snapshot<JsPayload>) -> Result<(), StoreError> {
        call!(self, store => store.save_snapshot(snapshot).await)
    }
}

//! The stores that Python can open, as one backend.

mod custom;
mod wire;

use std::future::Future;

use onefold::{
    Appended, Envelope, EventId, EventReader, EventWriter, ExpectedVersion, Filter, Json, LogRange,
    MemoryStore, Position, Snapshot, SnapshotStore, StoreError, StoredEvent, StreamId, StreamRange, Version,
    WriteError,
};
use onefold_sqlite::SqliteStore;
use pollster::block_on;
use pyo3::prelude::*;

pub(crate) use custom::PyStore;
pub(crate) use wire::event as stored_event;

/// One of the stores.
pub(crate) enum Backend {
    Memory(MemoryStore<Json>),
    Sqlite(Box<SqliteStore>),
    Custom(PyStore),
}

/// Runs a call of a store: a native one without the interpreter, so that other threads run; a Python one with it.
macro_rules! call {
    ($backend:expr, $store:ident => $call:expr) => {
        match $backend {
            Backend::Memory($store) => detached($call),
            Backend::Sqlite($store) => detached($call),
            Backend::Custom($store) => $call.await,
        }
    };
}

fn detached<F: Future + Send>(future: F) -> F::Output
where
    F::Output: Send,
{
    Python::attach(|py| py.detach(|| block_on(future)))
}

impl EventReader for Backend {
    type Payload = Json;
    type Page = Vec<StoredEvent<Json>>;

    async fn read_stream(
        &self,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        call!(self, store => store.read_stream(stream_id, range))
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        call!(self, store => store.read_all(range, filter))
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        call!(self, store => store.stream_version(stream_id))
    }

    async fn head(&self) -> Result<Position, StoreError> {
        call!(self, store => store.head())
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<Json>>, StoreError> {
        call!(self, store => store.find_event(id))
    }

    fn epoch(&self) -> EventId {
        match self {
            Self::Memory(store) => store.epoch(),
            Self::Sqlite(store) => store.epoch(),
            Self::Custom(store) => store.epoch(),
        }
    }
}

impl EventWriter for Backend {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<Json>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        call!(self, store => store.append(stream_id, events, expected))
    }

    async fn close(&self) -> Result<(), StoreError> {
        call!(self, store => store.close())
    }
}

impl SnapshotStore for Backend {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<Json>>, StoreError> {
        call!(self, store => store.load_snapshot(stream_id, name))
    }

    async fn save_snapshot(&self, snapshot: Snapshot<Json>) -> Result<(), StoreError> {
        call!(self, store => store.save_snapshot(snapshot))
    }
}

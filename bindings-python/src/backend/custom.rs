use onefold::{
    Appended, ConflictError, DuplicateEventError, Envelope, EventId, EventReader, EventWriter,
    ExpectedVersion, Filter, Json, LogRange, Position, Snapshot, SnapshotStore, StoreError, StoreErrorKind,
    StoredEvent, StreamId, StreamRange, Version, WriteError,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::args::expected_from;
use crate::backend::wire;
use crate::event::Event;
use crate::expected::expected_to_py;
use crate::interrupt;

/// A store that is a Python object of the user's.
pub(crate) struct PyStore {
    store: Py<PyAny>,
    epoch: EventId,
}

impl PyStore {
    pub(crate) const fn new(store: Py<PyAny>, epoch: EventId) -> Self {
        Self { store, epoch }
    }

    fn call<T>(
        &self,
        method: &str,
        run: impl for<'py> FnOnce(&Bound<'py, PyAny>) -> PyResult<T>,
    ) -> Result<T, StoreError> {
        Python::attach(|py| run(self.store.bind(py))).map_err(|error| failed(method, error))
    }

    fn call_snapshots<T>(
        &self,
        method: &str,
        run: impl for<'py> FnOnce(&Bound<'py, PyAny>) -> PyResult<T>,
    ) -> Result<T, StoreError> {
        self.call(method, |store| run(store).inspect_err(|error| interrupt::note(store.py(), error)))
    }
}

impl EventReader for PyStore {
    type Payload = Json;
    type Page = Vec<StoredEvent<Json>>;

    async fn read_stream(
        &self,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        self.call("read_stream", |store| {
            let options = PyDict::new(store.py());
            options.set_item("from_version", range.from.map(Version::get))?;
            options.set_item("limit", range.limit)?;
            options.set_item("backwards", range.backwards)?;
            wire::events(&store.call_method("read_stream", (stream_id.as_str(),), Some(&options))?)
        })
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        self.call("read_all", |store| {
            let options = PyDict::new(store.py());
            options.set_item("after_position", range.after.map(Position::get))?;
            options.set_item("limit", range.limit)?;
            options.set_item("backwards", range.backwards)?;
            options.set_item("filter", wire::filter(store.py(), filter)?)?;
            wire::events(&store.call_method("read_all", (), Some(&options))?)
        })
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        self.call("stream_version", |store| {
            let version = store.call_method1("stream_version", (stream_id.as_str(),))?;
            wire::version(&version)
        })
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.call("head", |store| wire::position(&store.call_method0("head")?))
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<Json>>, StoreError> {
        self.call("find_event", |store| {
            let found = store.call_method1("find_event", (id.to_string(),))?;
            if found.is_none() { Ok(None) } else { wire::event(&found).map(Some) }
        })
    }

    fn epoch(&self) -> EventId {
        self.epoch
    }
}

impl EventWriter for PyStore {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<Json>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        Python::attach(|py| {
            let appended = || -> PyResult<Appended> {
                let envelopes: Vec<_> = events.iter().map(Event::envelope).collect();
                let arguments = (stream_id.as_str(), envelopes, expected_to_py(py, expected)?);
                wire::appended(&self.store.bind(py).call_method1("append", arguments)?)
            };
            appended().map_err(|error| write_error(py, stream_id, error))
        })
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.call("close", |store| {
            if store.hasattr("close")? {
                store.call_method0("close")?;
            }
            Ok(())
        })
    }
}

/// Its snapshots: a fault fails no command, so an interrupt is kept to come out of the call.
impl SnapshotStore for PyStore {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<Json>>, StoreError> {
        self.call_snapshots("load_snapshot", |store| {
            if !store.hasattr("load_snapshot")? {
                return Ok(None);
            }
            let found = store.call_method1("load_snapshot", (stream_id.as_str(), name))?;
            if found.is_none() { Ok(None) } else { wire::snapshot(&found).map(Some) }
        })
    }

    async fn save_snapshot(&self, snapshot: Snapshot<Json>) -> Result<(), StoreError> {
        self.call_snapshots("save_snapshot", |store| {
            if store.hasattr("save_snapshot")? {
                store.call_method1("save_snapshot", (wire::snapshot_to_py(store.py(), &snapshot)?,))?;
            }
            Ok(())
        })
    }
}

/// The store's own conflicts are ours, so that a command is tried again; the rest is its failure.
fn write_error(py: Python<'_>, stream_id: &StreamId, error: PyErr) -> WriteError {
    let raised = error.value(py).as_any();
    let code = raised.getattr("code").ok();
    let ours = match code.as_ref().and_then(|code| code.extract::<&str>().ok()) {
        Some("conflict") => conflict(stream_id, raised).map(WriteError::from),
        Some("duplicate_event") => duplicate(raised).map(WriteError::from),
        _ => return failed("append", error).into(),
    };
    ours.unwrap_or_else(|error| failed("append", error).into())
}

fn conflict(stream_id: &StreamId, raised: &Bound<'_, PyAny>) -> PyResult<ConflictError> {
    Ok(ConflictError {
        stream_id: stream_id.clone(),
        expected: expected_from(&raised.getattr("expected")?)?,
        actual: wire::version(&raised.getattr("actual")?)?,
    })
}

fn duplicate(raised: &Bound<'_, PyAny>) -> PyResult<DuplicateEventError> {
    let ids = raised.getattr("ids")?.try_iter()?.map(|id| wire::id(&id?)).collect::<PyResult<_>>()?;
    Ok(DuplicateEventError { ids, reason: "already in the store".into() })
}

fn failed(method: &str, error: PyErr) -> StoreError {
    StoreError::new(StoreErrorKind::Failed, format!("the store's `{method}` failed: {error}"))
        .caused_by(error)
}

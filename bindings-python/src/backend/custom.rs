use onefold::{
    Appended, ConflictError, DuplicateEventError, Envelope, EventId, EventReader, EventWriter,
    ExpectedVersion, Filter, Json, LogRange, Position, Snapshot, SnapshotStore, StoreError, StoreErrorKind,
    StoredEvent, StreamId, StreamRange, Version, WriteError,
};
use pyo3::call::PyCallArgs;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::args::expected_from;
use crate::asyncio::awaited;
use crate::backend::wire;
use crate::event::Event;
use crate::expected::expected_to_py;
use crate::interrupt;

/// A store that is a Python object of the user's.
pub(crate) struct PyStore {
    store: Py<PyAny>,
    epoch: EventId,
    /// Whether its methods may be coroutines.
    is_awaited: bool,
}

impl PyStore {
    pub(crate) const fn new(store: Py<PyAny>, epoch: EventId, is_awaited: bool) -> Self {
        Self { store, epoch, is_awaited }
    }

    /// Calls a method.
    fn begin(
        &self,
        call: impl for<'py> FnOnce(&Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        Python::attach(|py| call(self.store.bind(py)).map(Bound::unbind))
    }

    /// Takes what a call gives.
    async fn take<T>(
        &self,
        begun: PyResult<Py<PyAny>>,
        take: impl for<'py> FnOnce(&Bound<'py, PyAny>) -> PyResult<T> + Send,
    ) -> PyResult<T> {
        let given = self.settled(begun?).await?;
        Python::attach(|py| take(given.bind(py)))
    }

    /// What a method gives in the end.
    async fn settled(&self, given: Py<PyAny>) -> PyResult<Py<PyAny>> {
        let awaitable = Python::attach(|py| {
            let given = given.bind(py);
            if !given.hasattr("__await__")? {
                return Ok(None);
            }
            if self.is_awaited {
                return awaited(given).map(Some);
            }
            if given.hasattr("close")? {
                given.call_method0("close")?;
            }
            Err(PyTypeError::new_err("it is asynchronous; use AsyncCustomStore"))
        })?;
        match awaitable {
            Some(awaitable) => awaitable.await,
            None => Ok(given),
        }
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
        let begun = self.begin(|store| {
            let options = PyDict::new(store.py());
            options.set_item("from_version", range.from.map(Version::get))?;
            options.set_item("limit", range.limit)?;
            options.set_item("backwards", range.backwards)?;
            store.call_method("read_stream", (stream_id.as_str(),), Some(&options))
        });
        self.take(begun, wire::events).await.map_err(|error| failed("read_stream", error))
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let begun = self.begin(|store| {
            let options = PyDict::new(store.py());
            options.set_item("after_position", range.after.map(Position::get))?;
            options.set_item("limit", range.limit)?;
            options.set_item("backwards", range.backwards)?;
            options.set_item("filter", wire::filter(store.py(), filter)?)?;
            store.call_method("read_all", (), Some(&options))
        });
        self.take(begun, wire::events).await.map_err(|error| failed("read_all", error))
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        let begun = self.begin(|store| store.call_method1("stream_version", (stream_id.as_str(),)));
        self.take(begun, wire::version).await.map_err(|error| failed("stream_version", error))
    }

    async fn head(&self) -> Result<Position, StoreError> {
        let begun = self.begin(|store| store.call_method0("head"));
        self.take(begun, wire::position).await.map_err(|error| failed("head", error))
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<Json>>, StoreError> {
        let begun = self.begin(|store| store.call_method1("find_event", (id.to_string(),)));
        self.take(begun, |found| wire::if_any(found, wire::event))
            .await
            .map_err(|error| failed("find_event", error))
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
        let begun = self.begin(|store| {
            let envelopes: Vec<_> = events.iter().map(Event::envelope).collect();
            let arguments = (stream_id.as_str(), envelopes, expected_to_py(store.py(), expected)?);
            store.call_method1("append", arguments)
        });
        let appended = self.take(begun, wire::appended).await;
        appended.map_err(|error| Python::attach(|py| write_error(py, stream_id, error)))
    }

    async fn close(&self) -> Result<(), StoreError> {
        let begun = self.begin(|store| call_if_any(store, "close", ()));
        self.take(begun, |_| Ok(())).await.map_err(|error| failed("close", error))
    }
}

/// Its snapshots: a fault fails no command, so an interrupt is kept to come out of the call.
impl SnapshotStore for PyStore {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<Json>>, StoreError> {
        let begun = self.begin(|store| call_if_any(store, "load_snapshot", (stream_id.as_str(), name)));
        self.take(begun, |found| wire::if_any(found, wire::snapshot))
            .await
            .map_err(|error| snapshot_failed("load_snapshot", error))
    }

    async fn save_snapshot(&self, snapshot: Snapshot<Json>) -> Result<(), StoreError> {
        let begun = self.begin(|store| {
            call_if_any(store, "save_snapshot", (wire::snapshot_to_py(store.py(), &snapshot)?,))
        });
        self.take(begun, |_| Ok(())).await.map_err(|error| snapshot_failed("save_snapshot", error))
    }
}

/// Calls a method that the store need not have.
fn call_if_any<'py>(
    store: &Bound<'py, PyAny>,
    method: &str,
    arguments: impl PyCallArgs<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    if !store.hasattr(method)? {
        return Ok(store.py().None().into_bound(store.py()));
    }
    store.call_method1(method, arguments)
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

fn snapshot_failed(method: &str, error: PyErr) -> StoreError {
    Python::attach(|py| interrupt::note(py, &error));
    failed(method, error)
}

fn failed(method: &str, error: PyErr) -> StoreError {
    StoreError::new(StoreErrorKind::Failed, format!("the store's `{method}` failed: {error}"))
        .caused_by(error)
}

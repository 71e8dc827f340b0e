use std::sync::Arc;

use onefold::Json;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyTuple};

use crate::event::{Event, Metadata};
use crate::json;
use crate::registry::TypedEvents;

/// An event as a store recorded it, or as upcasting shows it. Frozen; its data is parsed when first asked for.
///
/// ``version`` is its place in the stream (1, 2, 3 …), ``position`` its place in the store (increasing, gaps
/// allowed), ``recorded_at`` an aware datetime in UTC, ``part`` its place among the products of a split (else 0).
/// ``raw`` are the JSON bytes of ``data``. ``event`` is the object of the type that the registry has for it, or an
/// :class:`Event`; raises :class:`UpcastError` where the data does not fit that type.
///
/// >>> from onefold import Event, MemoryStore
/// >>> store = MemoryStore()
/// >>> _ = store.append("Order-1", [Event("OrderPlaced", {"total_cents": 5000})])
/// >>> stored = store.read_stream("Order-1")[0]
/// >>> stored.type, stored.version, stored.position, stored.data, stored.raw
/// ('OrderPlaced', 1, 1, {'total_cents': 5000}, b'{"total_cents":5000}')
#[pyclass(frozen, module = "onefold", name = "StoredEvent")]
pub(crate) struct StoredEvent {
    pub(crate) inner: onefold::StoredEvent<Json>,
    types: Option<Arc<TypedEvents>>,
    data: PyOnceLock<Py<PyAny>>,
    event: PyOnceLock<Py<PyAny>>,
    metadata: PyOnceLock<Py<Metadata>>,
}

#[pymethods]
impl StoredEvent {
    #[getter]
    fn id(&self) -> String {
        self.inner.id.to_string()
    }

    #[getter(r#type)]
    fn event_type(&self) -> &str {
        self.inner.event_type.as_str()
    }

    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let data = self.data.get_or_try_init(py, || json::decode(py, &self.inner.data).map(Bound::unbind))?;
        Ok(data.bind(py).clone())
    }

    #[getter]
    fn metadata(&self, py: Python<'_>) -> PyResult<Py<Metadata>> {
        let metadata =
            self.metadata.get_or_try_init(py, || Py::new(py, Metadata(self.inner.metadata.clone())))?;
        Ok(metadata.clone_ref(py))
    }

    #[getter]
    fn schema_version(&self) -> u32 {
        self.inner.schema_version
    }

    #[getter]
    fn stream_id(&self) -> &str {
        self.inner.stream_id.as_str()
    }

    #[getter]
    fn version(&self) -> u64 {
        self.inner.version.get()
    }

    #[getter]
    fn position(&self) -> u64 {
        self.inner.position.get()
    }

    #[getter]
    fn part(&self) -> u32 {
        self.inner.part
    }

    #[getter]
    fn recorded_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        crate::args::datetime(py, self.inner.recorded_at)
    }

    #[getter]
    fn raw<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.data.as_str().as_bytes())
    }

    #[getter]
    fn event<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let event = self.event.get_or_try_init(py, || self.typed(py))?;
        Ok(event.bind(py).clone())
    }

    /// The event as the wire has it: a dict with the names of the columns, with ``recorded_at`` in RFC 3339.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fields = PyDict::new(py);
        fields.set_item("id", self.id())?;
        fields.set_item("type", self.event_type())?;
        fields.set_item("schema_version", self.schema_version())?;
        fields.set_item("data", json::decode(py, &self.inner.data)?)?;
        fields.set_item("metadata", self.metadata(py)?.bind(py).call_method0("to_dict")?)?;
        fields.set_item("stream_id", self.stream_id())?;
        fields.set_item("version", self.version())?;
        fields.set_item("position", self.position())?;
        fields.set_item("part", self.part())?;
        fields.set_item("recorded_at", self.inner.recorded_at.to_string())?;
        Ok(fields)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        (self.id(), self.position(), self.part()).into_bound_py_any(py)?.hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "StoredEvent({} {}@{} at {}: {})",
            self.event_type(),
            self.stream_id(),
            self.version(),
            self.position(),
            self.data(py)?.repr()?
        ))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let rebuild = py.import("onefold._pickle")?.getattr("stored_event")?;
        (rebuild, (self.to_dict(py)?,)).into_pyobject(py)
    }
}

/// A stored event from the wire's form, as `StoredEvent.to_dict` makes it.
#[pyfunction]
pub(crate) fn stored_event_from(fields: &Bound<'_, PyAny>) -> PyResult<StoredEvent> {
    Ok(StoredEvent::new(crate::backend::stored_event(fields)?, None))
}

impl StoredEvent {
    pub(crate) fn new(inner: onefold::StoredEvent<Json>, types: Option<Arc<TypedEvents>>) -> Self {
        let (data, event, metadata) = (PyOnceLock::new(), PyOnceLock::new(), PyOnceLock::new());
        Self { inner, types, data, event, metadata }
    }

    fn typed(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        match self.types.as_deref().map(|types| types.object(py, &self.inner)).transpose()?.flatten() {
            Some(object) => Ok(object.unbind()),
            None => Ok(Py::new(py, Event::stored(&self.inner))?.into_any()),
        }
    }
}

/// What a decider sees of a stored event: the typed object where the registry has one that tells its own type,
/// else an [`Event`]. Its place in the store is not the decider's to know.
pub(crate) fn for_decider<'py>(
    py: Python<'py>,
    stored: &onefold::StoredEvent<Json>,
    types: Option<&TypedEvents>,
) -> PyResult<Bound<'py, PyAny>> {
    match types.map(|types| types.telling_object(py, stored)).transpose()?.flatten() {
        Some(object) => Ok(object),
        None => Ok(Bound::new(py, Event::stored(stored))?.into_any()),
    }
}

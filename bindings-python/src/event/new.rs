use std::fmt::Write;

use onefold::{EventId, EventType, Json};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::event::Metadata;
use crate::event::fields::{event_id_from, event_type_from, metadata_from, schema_version_from};
use crate::json;

/// An event: something that happened, as a type and its data.
///
/// ``type`` has 1 to 255 characters; ``data`` is JSON (at most 1 MiB). ``id`` is a UUID, made by the store where
/// absent; an append with the same ids is a retry and writes nothing twice. ``schema_version`` is from 1; absent,
/// it is the registry's current one for the type, or 1. Raises :class:`InvalidArgumentError` for arguments of a
/// wrong type; data is checked when it is appended.
///
/// >>> from onefold import Event, Metadata
/// >>> event = Event("OrderPlaced", {"total_cents": 5000}, metadata=Metadata(correlation_id="req-1"))
/// >>> event.type, event.data["total_cents"], event.id
/// ('OrderPlaced', 5000, None)
#[pyclass(frozen, module = "onefold", name = "Event")]
pub(crate) struct Event {
    pub(crate) id: Option<EventId>,
    pub(crate) schema_version: Option<u32>,
    pub(crate) metadata: Known,
    pub(crate) content: Content,
}

/// Where an event's metadata come from.
pub(crate) enum Known {
    /// They were given.
    Given(Py<Metadata>),
    /// They were stored: an object is made when someone asks.
    Stored(onefold::Metadata<Json>, PyOnceLock<Py<Metadata>>),
}

/// Where an event's type and data come from.
pub(crate) enum Content {
    /// Both were given.
    Given { event_type: EventType, data: Py<PyAny> },
    /// The object of a type that a registry knows.
    Typed(Py<PyAny>),
    /// It was stored: its data is parsed when someone asks.
    Stored { event_type: EventType, json: Json, data: PyOnceLock<Py<PyAny>> },
}

#[pymethods]
impl Event {
    #[new]
    #[pyo3(signature = (r#type, data=None, *, id=None, metadata=None, schema_version=None))]
    fn new(
        r#type: &Bound<'_, PyAny>,
        data: Option<Bound<'_, PyAny>>,
        id: Option<&Bound<'_, PyAny>>,
        metadata: Option<&Bound<'_, PyAny>>,
        schema_version: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let py = r#type.py();
        let event_type = event_type_from(r#type)?;
        let data = data.map_or_else(|| py.None(), Bound::unbind);
        Self::build(py, Content::Given { event_type, data }, id, metadata, schema_version)
    }

    /// An event of a type that the store's registry knows, with an id or metadata.
    #[classmethod]
    #[pyo3(signature = (event, *, id=None, metadata=None, schema_version=None))]
    fn of(
        _cls: &Bound<'_, PyType>,
        event: Bound<'_, PyAny>,
        id: Option<&Bound<'_, PyAny>>,
        metadata: Option<&Bound<'_, PyAny>>,
        schema_version: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let py = event.py();
        Self::build(py, Content::Typed(event.unbind()), id, metadata, schema_version)
    }

    #[getter]
    fn id(&self) -> Option<String> {
        self.id.map(|id| id.to_string())
    }

    #[getter(r#type)]
    fn py_type<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match &self.content {
            Content::Given { event_type, .. } | Content::Stored { event_type, .. } => {
                event_type.as_str().into_bound_py_any(py)
            }
            Content::Typed(typed) => Ok(typed.bind(py).get_type().qualname()?.into_any()),
        }
    }

    #[getter]
    pub(crate) fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match &self.content {
            Content::Given { data, .. } => Ok(data.bind(py).clone()),
            Content::Typed(typed) => Ok(typed.bind(py).clone()),
            Content::Stored { json, data, .. } => {
                Ok(data.get_or_try_init(py, || json::decode(py, json).map(Bound::unbind))?.bind(py).clone())
            }
        }
    }

    #[getter]
    fn metadata(&self, py: Python<'_>) -> PyResult<Py<Metadata>> {
        match &self.metadata {
            Known::Given(metadata) => Ok(metadata.clone_ref(py)),
            Known::Stored(metadata, object) => {
                let object = object.get_or_try_init(py, || Py::new(py, Metadata(metadata.clone())))?;
                Ok(object.clone_ref(py))
            }
        }
    }

    #[getter]
    fn schema_version(&self) -> Option<u32> {
        self.schema_version
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let py = other.py();
        let Ok(other) = other.cast::<Self>() else {
            return Ok(false);
        };
        let other = other.get();
        Ok(self.id == other.id
            && self.schema_version == other.schema_version
            && self.py_type(py)?.eq(other.py_type(py)?)?
            && self.data(py)?.eq(other.data(py)?)?
            && self.metadata(py)?.bind(py).eq(other.metadata(py)?)?)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        (self.id(), self.py_type(py)?).into_bound_py_any(py)?.hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let mut shown = match &self.content {
            Content::Typed(typed) => format!("Event.of({}", typed.bind(py).repr()?),
            Content::Given { .. } | Content::Stored { .. } => {
                format!("Event({}, {}", self.py_type(py)?.repr()?, self.data(py)?.repr()?)
            }
        };
        for (name, value) in self.options(py)?.iter() {
            // Writing to a String cannot fail.
            let _ = write!(shown, ", {name}={}", value.repr()?);
        }
        shown.push(')');
        Ok(shown)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let pickle = py.import("onefold._pickle")?;
        let options = self.options(py)?;
        match &self.content {
            Content::Typed(typed) => (pickle.getattr("event_of")?, (typed, options)).into_pyobject(py),
            Content::Given { .. } | Content::Stored { .. } => {
                (pickle.getattr("event")?, (self.py_type(py)?, self.data(py)?, options)).into_pyobject(py)
            }
        }
    }
}

impl Event {
    /// The event without its place in the store.
    pub(crate) fn stored(stored: &onefold::StoredEvent<Json>) -> Self {
        Self::complete(stored.id, &stored.event_type, stored.schema_version, &stored.data, &stored.metadata)
    }

    /// The complete event that an envelope is.
    pub(crate) fn envelope(envelope: &onefold::Envelope<Json>) -> Self {
        let onefold::Envelope { id, event_type, schema_version, data, metadata } = envelope;
        Self::complete(*id, event_type, *schema_version, data, metadata)
    }

    /// Its metadata as the core has them.
    pub(crate) fn core_metadata(&self) -> onefold::Metadata<Json> {
        match &self.metadata {
            Known::Given(metadata) => metadata.get().0.clone(),
            Known::Stored(metadata, _) => metadata.clone(),
        }
    }

    fn complete(
        id: EventId,
        event_type: &EventType,
        schema_version: u32,
        data: &Json,
        metadata: &onefold::Metadata<Json>,
    ) -> Self {
        let (event_type, json) = (event_type.clone(), data.clone());
        Self {
            id: Some(id),
            schema_version: Some(schema_version),
            metadata: Known::Stored(metadata.clone(), PyOnceLock::new()),
            content: Content::Stored { event_type, json, data: PyOnceLock::new() },
        }
    }

    fn build(
        py: Python<'_>,
        content: Content,
        id: Option<&Bound<'_, PyAny>>,
        metadata: Option<&Bound<'_, PyAny>>,
        schema_version: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Ok(Self {
            id: id.map(event_id_from).transpose()?,
            schema_version: schema_version.map(schema_version_from).transpose()?,
            metadata: Known::Given(metadata_from(py, metadata)?),
            content,
        })
    }

    /// The keyword arguments that are not at their defaults.
    fn options<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let options = PyDict::new(py);
        if let Some(id) = self.id() {
            options.set_item("id", id)?;
        }
        let metadata = self.metadata(py)?;
        if !metadata.get().to_dict(py)?.is_empty() {
            options.set_item("metadata", metadata)?;
        }
        if let Some(version) = self.schema_version {
            options.set_item("schema_version", version)?;
        }
        Ok(options)
    }
}

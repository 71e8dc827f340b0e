use onefold::Json;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::args::shown;
use crate::errors::invalid_argument;
use crate::json::{self, EncodeError};

/// Nesting of `extra` is bounded by the store's limits; this only keeps the writer from running away.
const MAX_NESTING: usize = onefold::Limits::MAX_NESTING;

/// What is known about an event beside its data; every field may be absent.
///
/// ``correlation_id`` ties together all that one request caused, ``causation_id`` names what caused the event,
/// ``tenant`` whose it is (at most 255 characters each), ``extra`` is a dict for anything else (JSON; metadata
/// as a whole at most 64 KiB). Raises :class:`InvalidEventError` for what JSON cannot hold.
///
/// >>> from onefold import Metadata
/// >>> metadata = Metadata(correlation_id="req-1", extra={"user": "u-7"})
/// >>> metadata.correlation_id, metadata.tenant, metadata.extra
/// ('req-1', None, {'user': 'u-7'})
#[pyclass(frozen, module = "onefold", name = "Metadata")]
pub(crate) struct Metadata(pub(crate) onefold::Metadata<Json>);

#[pymethods]
impl Metadata {
    #[new]
    #[pyo3(signature = (*, correlation_id=None, causation_id=None, tenant=None, extra=None))]
    fn new(
        correlation_id: Option<&Bound<'_, PyAny>>,
        causation_id: Option<&Bound<'_, PyAny>>,
        tenant: Option<&Bound<'_, PyAny>>,
        extra: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Ok(Self(onefold::Metadata {
            correlation_id: reference("correlation_id", correlation_id)?,
            causation_id: reference("causation_id", causation_id)?,
            tenant: reference("tenant", tenant)?,
            extra: extra.map(encode_extra).transpose()?.flatten(),
        }))
    }

    #[getter]
    fn correlation_id(&self) -> Option<&str> {
        self.0.correlation_id.as_deref()
    }

    #[getter]
    fn causation_id(&self) -> Option<&str> {
        self.0.causation_id.as_deref()
    }

    #[getter]
    fn tenant(&self) -> Option<&str> {
        self.0.tenant.as_deref()
    }

    #[getter]
    fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match &self.0.extra {
            Some(extra) => json::decode(py, extra),
            None => Ok(PyDict::new(py).into_any()),
        }
    }

    /// The fields that are present, as the wire has them.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fields = PyDict::new(py);
        let references = [
            ("correlation_id", self.correlation_id()),
            ("causation_id", self.causation_id()),
            ("tenant", self.tenant()),
        ];
        for (name, reference) in references {
            if let Some(text) = reference {
                fields.set_item(name, text)?;
            }
        }
        if self.0.extra.is_some() {
            fields.set_item("extra", self.extra(py)?)?;
        }
        Ok(fields)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| same(&self.0, &other.get().0))
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        (&self.0.correlation_id, &self.0.causation_id, &self.0.tenant).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let fields = self.to_dict(py)?;
        let shown: PyResult<Vec<_>> =
            fields.iter().map(|(name, value)| Ok(format!("{name}={}", value.repr()?))).collect();
        Ok(format!("Metadata({})", shown?.join(", ")))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let rebuild = py.import("onefold._pickle")?.getattr("metadata")?;
        (rebuild, (self.to_dict(py)?,)).into_pyobject(py)
    }
}

/// Whether both say the same; `extra` compared as a JSON value, absent and empty alike.
fn same(one: &onefold::Metadata<Json>, other: &onefold::Metadata<Json>) -> bool {
    use onefold::Payload;
    let empty = Json::from_checked("{}");
    let extra = |metadata: &onefold::Metadata<Json>| metadata.extra.clone().unwrap_or_else(|| empty.clone());
    one.correlation_id == other.correlation_id
        && one.causation_id == other.causation_id
        && one.tenant == other.tenant
        && extra(one).is_same_value(&extra(other))
}

fn reference(name: &'static str, value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<std::sync::Arc<str>>> {
    let Some(value) = value else { return Ok(None) };
    if let Ok(text) = value.extract::<&str>() {
        return Ok(Some(text.into()));
    }
    let reason = format!("{} is no str of whole characters, nor None", shown(value)?);
    Err(invalid_argument(value.py(), name, &reason))
}

fn encode_extra(extra: &Bound<'_, PyAny>) -> PyResult<Option<Json>> {
    if extra.cast_exact::<PyDict>().is_ok_and(PyDictMethods::is_empty) {
        return Ok(None);
    }
    json::encode(extra, MAX_NESTING).map(Some).map_err(|error| match error {
        EncodeError::NotJson { path, reason } => {
            crate::errors::invalid_event(extra.py(), &format!("metadata.extra{path}"), &reason)
        }
        EncodeError::TooDeep => crate::errors::limit_exceeded(extra.py(), "nesting", MAX_NESTING),
    })
}

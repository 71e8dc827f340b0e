use std::collections::HashMap;

use onefold::{EventType, Json};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::errors::{self, ToPyErr};

/// How the objects of a class become JSON and come back: type, class, encode, decode, whether they tell their
/// type, whether nobody can change them.
#[derive(FromPyObject)]
pub(crate) struct Binding(String, Py<PyAny>, Py<PyAny>, Py<PyAny>, bool, bool);

/// The classes that a registry has for its types.
pub(crate) struct Codecs {
    /// From a class to where its encoder is.
    by_class: Py<PyDict>,
    encoders: Vec<Encoder>,
    by_type: HashMap<EventType, Decoder>,
}

/// Makes plain objects of typed ones.
struct Encoder {
    event_type: EventType,
    encode: Py<PyAny>,
}

/// Makes typed objects of stored events.
pub(crate) struct Decoder {
    decode: Py<PyAny>,
    tells_its_type: bool,
    is_shareable: bool,
}

impl Codecs {
    pub(super) fn new(py: Python<'_>, bindings: Vec<Binding>) -> PyResult<Self> {
        let by_class = PyDict::new(py);
        let (mut encoders, mut by_type) = (Vec::new(), HashMap::new());
        for Binding(event_type, class, encode, decode, tells_its_type, is_shareable) in bindings {
            let event_type = EventType::new(event_type).map_err(|error| error.to_py_err(py))?;
            // The instances of a TypedDict are plain dicts: nothing tells whose they are.
            if tells_its_type {
                by_class.set_item(class, encoders.len())?;
                encoders.push(Encoder { event_type: event_type.clone(), encode });
            }
            by_type.insert(event_type, Decoder { decode, tells_its_type, is_shareable });
        }
        Ok(Self { by_class: by_class.unbind(), encoders, by_type })
    }

    /// Whether the object is of a class that the registry has.
    pub(crate) fn knows(&self, object: &Bound<'_, PyAny>) -> bool {
        self.by_class.bind(object.py()).contains(object.get_type()).unwrap_or(false)
    }

    /// The type's name and plain objects for an object of a known class; nothing for any other.
    pub(crate) fn encode<'py>(
        &self,
        object: &Bound<'py, PyAny>,
    ) -> PyResult<Option<(EventType, Bound<'py, PyAny>)>> {
        let py = object.py();
        if object.is_exact_instance_of::<PyDict>() {
            return Ok(None);
        }
        let Some(index) = self.by_class.bind(py).get_item(object.get_type())? else {
            return Ok(None);
        };
        let Some(Encoder { event_type, encode }) = self.encoders.get(index.extract::<usize>()?) else {
            return Ok(None);
        };
        let builtins = encode.bind(py).call1((object,)).map_err(|cause| {
            let error = errors::invalid_event(py, "data", &format!("its codec failed: {cause}"));
            errors::caused_by(error, py, Some(cause))
        })?;
        Ok(Some((event_type.clone(), builtins)))
    }

    pub(crate) fn decoder(&self, event_type: &EventType) -> Option<&Decoder> {
        self.by_type.get(event_type)
    }
}

impl Decoder {
    /// Whether the objects are of a class of their own, not plain dicts.
    pub(crate) const fn tells_its_type(&self) -> bool {
        self.tells_its_type
    }

    /// Whether one object may stand for the event wherever it is asked for: nobody can change it.
    pub(crate) const fn is_shareable(&self) -> bool {
        self.is_shareable
    }

    /// Decodes the raw JSON straight into the class; whatever the codec raises comes out.
    pub(crate) fn object<'py>(&self, py: Python<'py>, data: &Json) -> PyResult<Bound<'py, PyAny>> {
        self.decode.bind(py).call1((PyBytes::new(py, data.as_str().as_bytes()),))
    }

    /// The typed object of a stored event.
    pub(crate) fn decode<'py>(
        &self,
        py: Python<'py>,
        stored: &onefold::StoredEvent<Json>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.object(py, &stored.data).map_err(|cause| {
            let reason =
                format!("its data does not fit the class: {cause}; add an upcasting step or mend the class");
            let error = onefold::UpcastError {
                event_type: stored.event_type.clone(),
                schema_version: stored.schema_version,
                reason,
                source: None,
            };
            errors::caused_by(error.to_py_err(py), py, Some(cause))
        })
    }
}

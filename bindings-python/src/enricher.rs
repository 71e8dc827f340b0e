use std::error::Error;

use onefold::{Enricher, Envelope, Json};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::errors::invalid_argument;
use crate::event::{Content, Event, Metadata};

/// An enricher that is a Python callable: `(Event) -> Metadata`.
pub(crate) struct PyEnricher(pub(crate) Py<PyAny>);

impl Enricher<Json> for PyEnricher {
    fn enrich(
        &self,
        event: &Envelope<Json>,
    ) -> Result<onefold::Metadata<Json>, Box<dyn Error + Send + Sync>> {
        Python::attach(|py| self.call(py, event)).map_err(Into::into)
    }
}

impl PyEnricher {
    fn call(&self, py: Python<'_>, event: &Envelope<Json>) -> PyResult<onefold::Metadata<Json>> {
        let made = self.0.bind(py).call1((envelope_to_py(py, event)?,))?;
        if let Ok(metadata) = made.cast::<Metadata>() {
            return Ok(metadata.get().0.clone());
        }
        let reason = format!("an enricher returned {}; return a Metadata", made.get_type().qualname()?);
        Err(invalid_argument(py, "enrichers", &reason))
    }
}

/// A complete event as an `Event` with all of its fields.
pub(crate) fn envelope_to_py(py: Python<'_>, envelope: &Envelope<Json>) -> PyResult<Event> {
    Ok(Event {
        id: Some(envelope.id),
        schema_version: Some(envelope.schema_version),
        metadata: Py::new(py, Metadata(envelope.metadata.clone()))?,
        content: Content::Stored {
            event_type: envelope.event_type.clone(),
            json: envelope.data.clone(),
            data: PyOnceLock::new(),
        },
    })
}

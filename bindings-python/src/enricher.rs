use std::error::Error;

use onefold::{Enricher, Envelope, Json};
use pyo3::prelude::*;

use crate::errors::invalid_argument;
use crate::event::{Event, Metadata};

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
        let made = self.0.bind(py).call1((Event::envelope(event),))?;
        if let Ok(metadata) = made.cast::<Metadata>() {
            return Ok(metadata.get().0.clone());
        }
        let reason = format!("an enricher returned {}; return a Metadata", made.get_type().qualname()?);
        Err(invalid_argument(py, "enrichers", &reason))
    }
}

//! The registry as Python builds it: the core's, and the codecs of typed events.

mod codecs;
mod custom;
mod fault;
mod typed;

use std::sync::Arc;

use onefold::{Json, RegistryBuilder, RegistrySpec, Step};
use pyo3::prelude::*;

pub(crate) use codecs::Codecs;
pub(crate) use typed::TypedEvents;

use crate::errors::ToPyErr;
use crate::registry::codecs::Binding;
use crate::registry::custom::PyUpcast;

/// A frozen registry; made by `EventRegistry.build()`.
#[pyclass(frozen, module = "onefold._onefold", name = "Registry")]
pub(crate) struct Registry {
    pub(crate) inner: Arc<onefold::Registry<Json>>,
    pub(crate) codecs: Arc<Codecs>,
}

#[pymethods]
impl Registry {
    /// `spec` is the declared part as JSON text, `custom` a list of `(type, from_version, callable)`, `bindings` a
    /// list of `(type, class, encode, decode, tells_its_type, is_unchangeable)`.
    #[new]
    fn new(
        py: Python<'_>,
        spec: &str,
        custom: Vec<(String, u32, Py<PyAny>)>,
        bindings: Vec<Binding>,
    ) -> PyResult<Self> {
        let spec = RegistrySpec::from_json(spec).map_err(|error| error.to_py_err(py))?;
        let mut builder = RegistryBuilder::<Json>::from_spec(spec);
        for (event_type, from, callable) in custom {
            builder = builder.upcast(&event_type, from, Step::Custom(Arc::new(PyUpcast(callable))));
        }
        let inner = builder.build().map_err(|error| fault::registry_error(py, &error))?;
        Ok(Self { inner: Arc::new(inner), codecs: Arc::new(Codecs::new(py, bindings)?) })
    }

    /// The current schema version of a type, by its name or an alias.
    fn current_version(&self, event_type: &str) -> Option<u32> {
        self.inner.current_version(event_type)
    }
}

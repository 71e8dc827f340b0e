//! How each kind of store is opened.

mod postgres;
mod sqlite;

use std::num::NonZeroU64;
use std::sync::Arc;

use onefold::{Enricher, Json, MemoryStore, StoreOptions, new_epoch};
use pyo3::prelude::*;

use crate::args::{limits_from, whole};
use crate::backend::{Backend, Native, Place, PyStore};
use crate::enricher::PyEnricher;
use crate::errors::{ToPyErr, invalid_argument};
use crate::event::uuid_from;
use crate::host::PyHost;
use crate::registry::{Registry, TypedEvents};
use crate::store::Store;

/// What every store is opened with.
#[derive(FromPyObject)]
pub(crate) struct Options<'py> {
    #[pyo3(item)]
    events: Option<Py<Registry>>,
    #[pyo3(item)]
    limits: Option<Bound<'py, PyAny>>,
    #[pyo3(item)]
    enrichers: Vec<Py<PyAny>>,
    #[pyo3(item)]
    snapshot_every: Option<Bound<'py, PyAny>>,
}

#[pymethods]
impl Store {
    #[staticmethod]
    fn memory(py: Python<'_>, options: Options<'_>) -> PyResult<Self> {
        let store = MemoryStore::new(Arc::new(PyHost));
        Self::over(py, Backend::Memory(Native::new(store, Place::Caller)), options)
    }

    #[staticmethod]
    fn custom(py: Python<'_>, store: Bound<'_, PyAny>, options: Options<'_>) -> PyResult<Self> {
        let epoch = match store.getattr_opt("epoch")? {
            Some(epoch) => uuid_from(&epoch)?.ok_or_else(|| {
                invalid_argument(py, "store", "its epoch is no UUID; give one that lasts as its positions do")
            })?,
            None => new_epoch(&PyHost),
        };
        Self::over(py, Backend::Custom(PyStore::new(store.unbind(), epoch)), options)
    }
}

impl Store {
    fn over(py: Python<'_>, backend: Backend, options: Options<'_>) -> PyResult<Self> {
        let limits = limits_from(options.limits.as_ref())?;
        let registry = options.events.as_ref().map(Py::get);
        let types = registry.map(|registry| {
            let codecs = Arc::clone(&registry.codecs);
            // What the events of a store in memory decode to may stay beside them.
            Arc::new(if matches!(backend, Backend::Memory(_)) {
                TypedEvents::kept(codecs)
            } else {
                TypedEvents::new(codecs)
            })
        });
        let enrichers = options
            .enrichers
            .into_iter()
            .map(|callable| Box::new(PyEnricher(callable)) as Box<dyn Enricher<Json>>)
            .collect();
        let core = StoreOptions {
            events: registry.map(|registry| Arc::clone(&registry.inner)),
            limits: limits.clone(),
            enrichers,
            snapshot_every: options.snapshot_every.as_ref().map(snapshot_every).transpose()?,
        };
        let inner =
            onefold::Store::new(backend, Arc::new(PyHost), core).map_err(|error| error.to_py_err(py))?;
        Ok(Self { inner: Arc::new(inner), types, limits })
    }
}

fn snapshot_every(value: &Bound<'_, PyAny>) -> PyResult<NonZeroU64> {
    NonZeroU64::new(whole("snapshot_every", value)?).ok_or_else(|| {
        invalid_argument(value.py(), "snapshot_every", "give an int from 1, or None for never")
    })
}

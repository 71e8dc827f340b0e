//! How each kind of store is opened.

mod postgres;
mod sqlite;

use std::num::NonZeroU64;
use std::sync::Arc;

use onefold::{Enricher, Json, Limits, MemoryStore, StoreOptions, new_epoch};
use pyo3::prelude::*;

use crate::args::{limits_from, whole};
use crate::backend::{Backend, Native, Place, PyStore};
use crate::enricher::PyEnricher;
use crate::errors::{ToPyErr, invalid_argument};
use crate::event::uuid_from;
use crate::host::PyHost;
use crate::registry::{Registry, TypedEvents};
use crate::store::Store;
use crate::store::answer::Answer;

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
    fn memory(py: Python<'_>, options: Options<'_>, is_awaited: bool) -> PyResult<Self> {
        let store = MemoryStore::new(Arc::new(PyHost::new(is_awaited)));
        let backend = Backend::Memory(Native::new(store, Place::Caller));
        options.checked()?.over(py, backend, Answer::new(is_awaited))
    }

    #[staticmethod]
    fn custom(
        py: Python<'_>,
        store: Bound<'_, PyAny>,
        options: Options<'_>,
        is_awaited: bool,
    ) -> PyResult<Self> {
        let epoch = match store.getattr_opt("epoch")? {
            Some(epoch) => uuid_from(&epoch)?.ok_or_else(|| {
                invalid_argument(py, "store", "its epoch is no UUID; give one that lasts as its positions do")
            })?,
            None => new_epoch(&PyHost::new(is_awaited)),
        };
        let backend = Backend::Custom(PyStore::new(store.unbind(), epoch, is_awaited));
        options.checked()?.over(py, backend, Answer::new(is_awaited))
    }
}

/// The options, checked.
pub(super) struct Checked {
    events: Option<Py<Registry>>,
    limits: Limits,
    enrichers: Vec<Py<PyAny>>,
    snapshot_every: Option<NonZeroU64>,
}

impl Options<'_> {
    pub(super) fn checked(self) -> PyResult<Checked> {
        Ok(Checked {
            events: self.events,
            limits: limits_from(self.limits.as_ref())?,
            enrichers: self.enrichers,
            snapshot_every: self.snapshot_every.as_ref().map(snapshot_every).transpose()?,
        })
    }
}

impl Checked {
    /// Opens a store with them.
    pub(super) fn over(self, py: Python<'_>, backend: Backend, answer: Answer) -> PyResult<Store> {
        let registry = self.events.as_ref().map(Py::get);
        let types = registry.map(|registry| {
            let codecs = Arc::clone(&registry.codecs);
            // What the events of a store in memory decode to may stay beside them.
            Arc::new(if matches!(backend, Backend::Memory(_)) {
                TypedEvents::kept(codecs)
            } else {
                TypedEvents::new(codecs)
            })
        });
        let enrichers = self
            .enrichers
            .into_iter()
            .map(|callable| Box::new(PyEnricher(callable)) as Box<dyn Enricher<Json>>)
            .collect();
        let options = StoreOptions {
            events: registry.map(|registry| Arc::clone(&registry.inner)),
            limits: self.limits.clone(),
            enrichers,
            snapshot_every: self.snapshot_every,
        };
        let host = Arc::new(PyHost::new(answer.is_awaited()));
        let inner = onefold::Store::new(backend, host, options).map_err(|error| error.to_py_err(py))?;
        Ok(Store { inner: Arc::new(inner), types, limits: self.limits, answer })
    }
}

fn snapshot_every(value: &Bound<'_, PyAny>) -> PyResult<NonZeroU64> {
    NonZeroU64::new(whole("snapshot_every", value)?).ok_or_else(|| {
        invalid_argument(value.py(), "snapshot_every", "give an int from 1, or None for never")
    })
}

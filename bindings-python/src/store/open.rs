use std::num::NonZeroU64;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use onefold::{Enricher, Json, MemoryStore, StoreOptions, new_epoch};
use onefold_sqlite::{Durability, SqliteOptions, SqliteStore};
use pyo3::prelude::*;

use crate::args::{limits_from, whole};
use crate::backend::{Backend, PyStore};
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
        let backend = Backend::Memory(MemoryStore::new(Arc::new(PyHost)));
        Self::over(py, backend, options)
    }

    #[staticmethod]
    fn sqlite(
        py: Python<'_>,
        path: PathBuf,
        durability: &str,
        busy_timeout: f64,
        migrate: bool,
        options: Options<'_>,
    ) -> PyResult<Self> {
        let sqlite = sqlite_options(py, durability, busy_timeout, migrate)?;
        let backend = py
            .detach(|| SqliteStore::open(path, Arc::new(PyHost), sqlite))
            .map_err(|error| error.to_py_err(py))?;
        Self::over(py, Backend::Sqlite(Box::new(backend)), options)
    }

    /// Makes the schema of a file, or brings it to this version.
    #[staticmethod]
    fn migrate_sqlite(py: Python<'_>, path: PathBuf, durability: &str, busy_timeout: f64) -> PyResult<()> {
        let sqlite = sqlite_options(py, durability, busy_timeout, true)?;
        py.detach(|| SqliteStore::migrate(path, Arc::new(PyHost), sqlite))
            .map_err(|error| error.to_py_err(py))
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

fn sqlite_options(
    py: Python<'_>,
    durability: &str,
    busy_timeout: f64,
    migrate: bool,
) -> PyResult<SqliteOptions> {
    let durability = match durability {
        "strict" => Durability::Strict,
        "relaxed" => Durability::Relaxed,
        _ => {
            return Err(invalid_argument(py, "durability", "give \"strict\" or \"relaxed\""));
        }
    };
    let busy_timeout = Duration::try_from_secs_f64(busy_timeout)
        .map_err(|_| invalid_argument(py, "busy_timeout", "give seconds from 0"))?;
    Ok(SqliteOptions { durability, busy_timeout, migrate })
}

fn snapshot_every(value: &Bound<'_, PyAny>) -> PyResult<NonZeroU64> {
    NonZeroU64::new(whole("snapshot_every", value)?).ok_or_else(|| {
        invalid_argument(value.py(), "snapshot_every", "give an int from 1, or None for never")
    })
}

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use onefold_sqlite::{Durability, SqliteOptions, SqliteStore};
use pyo3::prelude::*;

use crate::backend::{Backend, Native, Place};
use crate::errors::{ToPyErr, invalid_argument};
use crate::host::PyHost;
use crate::store::Store;
use crate::store::open::Options;

#[pymethods]
impl Store {
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
        let store = py
            .detach(|| SqliteStore::open(path, Arc::new(PyHost), sqlite))
            .map_err(|error| error.to_py_err(py))?;
        Self::over(py, Backend::Sqlite(Native::new(store, Place::Caller)), options)
    }

    /// Makes the schema of a file, or brings it to this version.
    #[staticmethod]
    fn migrate_sqlite(py: Python<'_>, path: PathBuf, durability: &str, busy_timeout: f64) -> PyResult<()> {
        let sqlite = sqlite_options(py, durability, busy_timeout, true)?;
        py.detach(|| SqliteStore::migrate(path, Arc::new(PyHost), sqlite))
            .map_err(|error| error.to_py_err(py))
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

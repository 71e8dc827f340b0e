use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use onefold_sqlite::{Durability, SqliteOptions, SqliteStore};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;

use crate::backend::{Backend, Native, Place};
use crate::errors::invalid_argument;
use crate::host::PyHost;
use crate::runtime;
use crate::store::Store;
use crate::store::answer::{Answer, converted};
use crate::store::open::Options;

#[pymethods]
impl Store {
    #[staticmethod]
    fn sqlite<'py>(
        py: Python<'py>,
        path: PathBuf,
        durability: &str,
        busy_timeout: f64,
        migrate: bool,
        options: Options<'py>,
        is_awaited: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let sqlite = sqlite_options(py, durability, busy_timeout, migrate)?;
        let options = options.checked()?;
        let place = place(py, is_awaited)?;
        let answer = Answer::new(is_awaited);
        answer.of(py, async move {
            let open = async move { SqliteStore::open(path, Arc::new(PyHost::new(is_awaited)), sqlite) };
            converted(place.run(open).await, |py, store| {
                options.over(py, Backend::Sqlite(Native::new(store, place)), answer)?.into_py_any(py)
            })
        })
    }

    /// Makes the schema of a file, or brings it to this version.
    #[staticmethod]
    fn migrate_sqlite<'py>(
        py: Python<'py>,
        path: PathBuf,
        durability: &str,
        busy_timeout: f64,
        is_awaited: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let sqlite = sqlite_options(py, durability, busy_timeout, true)?;
        let place = place(py, is_awaited)?;
        Answer::new(is_awaited).of(py, async move {
            let migrate =
                async move { SqliteStore::migrate(path, Arc::new(PyHost::new(is_awaited)), sqlite) };
            converted(place.run(migrate).await, |py, ()| Ok(py.None()))
        })
    }
}

/// SQLite blocks.
fn place(py: Python<'_>, is_awaited: bool) -> PyResult<Place> {
    if is_awaited { runtime::loops(py).map(Place::Thread) } else { Ok(Place::Caller) }
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

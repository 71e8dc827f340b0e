use std::sync::Arc;
use std::time::Duration;

use onefold_postgres::{PostgresOptions, PostgresStore, SchemaName};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;

use crate::args::{str_from, whole};
use crate::backend::{Backend, Native, Place};
use crate::errors::{ToPyErr, invalid_argument};
use crate::host::PyHost;
use crate::runtime;
use crate::store::Store;
use crate::store::answer::{Answer, converted};
use crate::store::open::Options;

/// PostgreSQL takes fewer.
const MOST_CONNECTIONS: u64 = 10_000;

/// A database, and how to use it: `onefold.store.postgres` checks what is a number.
#[derive(FromPyObject)]
struct Address<'py> {
    #[pyo3(item)]
    dsn: Bound<'py, PyAny>,
    #[pyo3(item)]
    schema: Bound<'py, PyAny>,
    #[pyo3(item)]
    connections: Bound<'py, PyAny>,
    #[pyo3(item)]
    connect_timeout: f64,
    #[pyo3(item)]
    statement_timeout: Option<f64>,
    #[pyo3(item)]
    application_name: Bound<'py, PyAny>,
    #[pyo3(item)]
    notify: bool,
    #[pyo3(item)]
    owner: Option<Bound<'py, PyAny>>,
}

#[pymethods]
impl Store {
    #[staticmethod]
    fn postgres<'py>(
        py: Python<'py>,
        address: Address<'py>,
        migrate: bool,
        options: Options<'py>,
        is_awaited: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (dsn, postgres) = address.checked(py, migrate)?;
        let options = options.checked()?;
        let place = place(py, is_awaited)?;
        let host = Arc::new(PyHost::gathering(py, is_awaited)?);
        let answer = Answer::new(is_awaited);
        answer.of(py, async move {
            let open = async move { PostgresStore::open(&dsn, host, postgres).await };
            converted(place.run(open).await, |py, store| {
                options.over(py, Backend::Postgres(Native::new(store, place)), answer)?.into_py_any(py)
            })
        })
    }

    /// Makes the schema of a database, or brings it to this version.
    #[staticmethod]
    fn migrate_postgres<'py>(
        py: Python<'py>,
        address: Address<'py>,
        is_awaited: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (dsn, postgres) = address.checked(py, true)?;
        let place = place(py, is_awaited)?;
        let host = Arc::new(PyHost::new(is_awaited));
        Answer::new(is_awaited).of(py, async move {
            let migrate = async move { PostgresStore::migrate(&dsn, host, postgres).await };
            converted(place.run(migrate).await, |py, ()| Ok(py.None()))
        })
    }
}

/// PostgreSQL is spoken with on a runtime.
fn place(py: Python<'_>, is_awaited: bool) -> PyResult<Place> {
    if is_awaited { runtime::loops(py).map(Place::Task) } else { runtime::callers(py).map(Place::Callers) }
}

impl Address<'_> {
    fn checked(self, py: Python<'_>, migrate: bool) -> PyResult<(String, PostgresOptions)> {
        let schema = SchemaName::new(&*str_from("schema", &self.schema)?);
        let statement_timeout =
            self.statement_timeout.map(|timeout| seconds(py, "statement_timeout", timeout));
        let options = PostgresOptions {
            schema: schema.map_err(|error| error.to_py_err(py))?,
            connections: self.connections()?,
            connect_timeout: seconds(py, "connect_timeout", self.connect_timeout)?,
            statement_timeout: statement_timeout.transpose()?,
            application_name: self.application_name()?,
            migrate,
            notify: self.notify,
            owner: self.owner()?,
            ..PostgresOptions::default()
        };
        Ok((self.dsn()?, options))
    }

    /// Not shown in errors: it may hold a password.
    fn dsn(&self) -> PyResult<String> {
        let dsn = self.dsn.extract::<String>().ok().filter(|dsn| !dsn.contains('\0'));
        dsn.ok_or_else(|| {
            let reason = "it is no str of whole characters; write it as in postgresql://user@host/database";
            invalid_argument(self.dsn.py(), "dsn", reason)
        })
    }

    fn connections(&self) -> PyResult<usize> {
        let connections = whole("connections", &self.connections)?;
        if !(1..=MOST_CONNECTIONS).contains(&connections) {
            let reason = format!("{connections} is none from 1 to {MOST_CONNECTIONS}");
            return Err(invalid_argument(self.connections.py(), "connections", &reason));
        }
        Ok(usize::try_from(connections).unwrap_or(usize::MAX))
    }

    fn application_name(&self) -> PyResult<String> {
        let name = str_from("application_name", &self.application_name)?;
        if name.contains('\0') {
            let reason = "it has a null character in it; leave it out";
            return Err(invalid_argument(self.application_name.py(), "application_name", reason));
        }
        Ok(name.as_ref().to_owned())
    }

    fn owner(&self) -> PyResult<Option<String>> {
        let owner = self.owner.as_ref().map(|owner| str_from("owner", owner)).transpose()?;
        Ok(owner.map(|owner| owner.as_ref().to_owned()))
    }
}

fn seconds(py: Python<'_>, argument: &str, seconds: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(seconds).map_err(|_| invalid_argument(py, argument, "give seconds from 0"))
}

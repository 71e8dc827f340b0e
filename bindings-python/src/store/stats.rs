use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::backend::Backend;
use crate::errors::ToPyErr;
use crate::store::Store;

#[pymethods]
impl Store {
    /// `(queued, writing, connections, idle, waiting)`, in the order of `onefold.PostgresStats`.
    fn postgres_stats(&self, py: Python<'_>) -> PyResult<(usize, usize, usize, usize, usize)> {
        let Backend::Postgres(native) = self.inner.backend() else {
            return Err(PyTypeError::new_err("the store is none in PostgreSQL"));
        };
        let store = native.store().map_err(|error| error.to_py_err(py))?;
        // Who holds its locks for a moment may be about to call Python.
        let stats = py.detach(|| store.stats());
        Ok((stats.queued, stats.writing, stats.connections, stats.idle, stats.waiting))
    }
}

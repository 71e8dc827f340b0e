use onefold::{ExecuteOptions, Loaded};
use pollster::block_on;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::args::{str_from, whole};
use crate::decider::PyDecider;
use crate::errors::ToPyErr;
use crate::event::metadata_from;
use crate::interrupt;
use crate::store::Store;

/// What a command led to, in the order of `onefold.Executed`.
#[derive(IntoPyObject)]
struct Outcome<'py>(Bound<'py, PyAny>, Bound<'py, PyList>, u64, u64, u32);

#[pymethods]
impl Store {
    /// `(state, version)`.
    fn load<'py>(
        &self,
        py: Python<'py>,
        decider: &Bound<'py, PyAny>,
        id: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyAny>, u64)> {
        let id = str_from("id", id)?;
        let decider = PyDecider::new(decider, self.intake(), self.types.as_deref())?;
        let loaded = block_on(self.inner.load(&decider, &id));
        interrupt::check()?;
        let Loaded { state, version } = loaded.map_err(|error| error.to_py_err(py))?;
        Ok((state, version.get()))
    }

    /// `(state, events, version, position, attempts)`.
    #[pyo3(signature = (decider, id, command, metadata, retries))]
    fn execute<'py>(
        &self,
        py: Python<'py>,
        decider: &Bound<'py, PyAny>,
        id: &Bound<'py, PyAny>,
        command: &Bound<'py, PyAny>,
        metadata: Option<&Bound<'py, PyAny>>,
        retries: &Bound<'py, PyAny>,
    ) -> PyResult<Outcome<'py>> {
        let id = str_from("id", id)?;
        let options = ExecuteOptions {
            metadata: metadata_from(py, metadata)?.get().0.clone(),
            retries: u32::try_from(whole("retries", retries)?).unwrap_or(u32::MAX),
        };
        let decider = PyDecider::new(decider, self.intake(), self.types.as_deref())?;
        let executed = block_on(self.inner.execute(&decider, &id, command, options));
        interrupt::check()?;
        let executed = executed.map_err(|error| error.to_py_err(py))?;
        let events = self.stored_list(py, executed.events)?;
        let (version, position) = (executed.version.get(), executed.position.get());
        Ok(Outcome(executed.state, events, version, position, executed.attempts))
    }
}

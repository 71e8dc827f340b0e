use std::sync::Arc;

use onefold::{ExecuteOptions, Executed, Loaded};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;

use crate::args::{str_from, whole};
use crate::decider::PyDecider;
use crate::event::metadata_from;
use crate::store::answer::converted;
use crate::store::{Store, stored_list};

#[pymethods]
impl Store {
    /// `(state, version)`.
    fn load<'py>(
        &self,
        py: Python<'py>,
        decider: &Bound<'py, PyAny>,
        id: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let id = str_from("id", id)?;
        let decider = PyDecider::new(decider, self.limits.clone(), self.types.clone())?;
        let store = Arc::clone(&self.inner);
        self.answer.of(py, async move {
            converted(store.load(&decider, &id).await, |py, Loaded { state, version }| {
                (state, version.get()).into_py_any(py)
            })
        })
    }

    /// `(state, events, version, position, attempts)`, in the order of `onefold.Executed`.
    #[pyo3(signature = (decider, id, command, metadata, retries))]
    fn execute<'py>(
        &self,
        py: Python<'py>,
        decider: &Bound<'py, PyAny>,
        id: &Bound<'py, PyAny>,
        command: &Bound<'py, PyAny>,
        metadata: Option<&Bound<'py, PyAny>>,
        retries: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let id = str_from("id", id)?;
        let options = ExecuteOptions {
            metadata: metadata_from(py, metadata)?.get().0.clone(),
            retries: u32::try_from(whole("retries", retries)?).unwrap_or(u32::MAX),
        };
        let decider = PyDecider::new(decider, self.limits.clone(), self.types.clone())?;
        let command = command.clone().unbind();
        let (store, types) = (Arc::clone(&self.inner), self.types.clone());
        self.answer.of(py, async move {
            let executed = store.execute(&decider, &id, &command, options).await;
            converted(executed, |py, Executed { state, events, version, position, attempts }| {
                let events = stored_list(py, events, types.as_ref())?;
                (state, events, version.get(), position.get(), attempts).into_py_any(py)
            })
        })
    }
}

use onefold::RegistryError;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::errors::error;

/// The Python exception, with one `RegistryFault` for each fault.
pub(super) fn registry_error(py: Python<'_>, source: &RegistryError) -> PyErr {
    match faults(py, source) {
        Ok(faults) => error(py, "RegistryError", &[("faults", faults.into_any())]),
        Err(error) => error,
    }
}

fn faults<'py>(py: Python<'py>, source: &RegistryError) -> PyResult<Bound<'py, PyList>> {
    let make = py.import("onefold.errors")?.getattr("RegistryFault")?.getattr("from_json")?;
    let faults = PyList::empty(py);
    for fault in &source.faults {
        let json = serde_json::to_string(fault).map_err(|error| {
            pyo3::exceptions::PyRuntimeError::new_err(format!("a fault could not be shown: {error}"))
        })?;
        faults.append(make.call1((json, fault.to_string()))?)?;
    }
    Ok(faults)
}

use onefold::Json;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyBytes;

/// The Python objects of a JSON text: dicts, lists and scalars.
pub(crate) fn decode<'py>(py: Python<'py>, json: &Json) -> PyResult<Bound<'py, PyAny>> {
    static DECODE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let decode = DECODE.import(py, "msgspec.json", "decode")?;
    decode.call1((PyBytes::new(py, json.as_str().as_bytes()),))
}

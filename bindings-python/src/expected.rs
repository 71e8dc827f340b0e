use onefold::ExpectedVersion;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// `ANY`, `NO_STREAM`, `STREAM_EXISTS`, or an int from 0.
pub(crate) fn expected_to_py(py: Python<'_>, expected: ExpectedVersion) -> PyResult<Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let name = match expected {
        ExpectedVersion::Exact(version) => return Ok(version.get().into_pyobject(py)?.into_any()),
        ExpectedVersion::Any => "any",
        ExpectedVersion::NoStream => "no_stream",
        ExpectedVersion::StreamExists => "stream_exists",
    };
    CLASS.import(py, "onefold.expected", "ExpectedVersion")?.call1((name,))
}

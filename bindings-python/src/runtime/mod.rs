//! Where the work of a store happens that is not done by the caller's thread alone.

mod callers;
mod per_process;

use pyo3::prelude::*;

pub(crate) use callers::Callers;
use per_process::PerProcess;

static CALLERS: PerProcess<Callers> = PerProcess::new();

/// The runtime of stores that block their callers.
pub(crate) fn callers(py: Python<'_>) -> PyResult<&'static Callers> {
    CALLERS.get_or_start(py, Callers::start)
}

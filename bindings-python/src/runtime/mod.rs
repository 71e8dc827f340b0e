//! Where the work of a store happens that is not done by the caller's thread alone.

mod callers;
mod loops;
mod per_process;
mod turns;

use pyo3::prelude::*;

pub(crate) use callers::Callers;
pub(crate) use loops::Loops;
use per_process::PerProcess;
pub(crate) use turns::Turns;

static CALLERS: PerProcess<Callers> = PerProcess::new();
static LOOPS: PerProcess<Loops> = PerProcess::new();
static TURNS: PerProcess<Turns> = PerProcess::new();

/// The runtime of stores that block their callers.
pub(crate) fn callers(py: Python<'_>) -> PyResult<&'static Callers> {
    CALLERS.get_or_start(py, Callers::start)
}

/// The runtime of stores that event loops use.
pub(crate) fn loops(py: Python<'_>) -> PyResult<&'static Loops> {
    LOOPS.get_or_start(py, Loops::start)
}

/// The turns of the event loops.
pub(crate) fn turns(py: Python<'_>) -> PyResult<&'static Turns> {
    TURNS.get_or_start(py, || Ok(Box::leak(Box::default())))
}

use pollster::block_on;
use pyo3::prelude::*;

use crate::asyncio::Call;
use crate::errors::ToPyErr;
use crate::interrupt;

/// Whether the calls of a store give their results, or something that an event loop awaits them by.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    AtOnce,
    Awaited,
}

impl Answer {
    pub(crate) const fn new(is_awaited: bool) -> Self {
        if is_awaited { Self::Awaited } else { Self::AtOnce }
    }

    pub(crate) const fn is_awaited(self) -> bool {
        matches!(self, Self::Awaited)
    }

    pub(crate) fn of(
        self,
        py: Python<'_>,
        call: impl Future<Output = PyResult<Py<PyAny>>> + Send + 'static,
    ) -> PyResult<Bound<'_, PyAny>> {
        match self {
            Self::AtOnce => block_on(call).map(|result| result.into_bound(py)),
            Self::Awaited => Ok(Bound::new(py, Call::new(call))?.into_any()),
        }
    }
}

/// What a call came to, as Python has it.
pub(crate) fn converted<T, E: ToPyErr>(
    came_to: Result<T, E>,
    convert: impl for<'py> FnOnce(Python<'py>, T) -> PyResult<Py<PyAny>>,
) -> PyResult<Py<PyAny>> {
    interrupt::check()?;
    Python::attach(|py| convert(py, came_to.map_err(|error| error.to_py_err(py))?))
}

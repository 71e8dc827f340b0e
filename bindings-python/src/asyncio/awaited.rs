use std::pin::Pin;
use std::task::{Context, Poll};

use pyo3::exceptions::PyStopIteration;
use pyo3::prelude::*;
use pyo3::types::PyIterator;
use pyo3::types::iterator::PySendResult;

use crate::asyncio::exchange;

/// Awaits something of Python's, such as a coroutine, within a [`Call`](crate::asyncio::Call): what it yields goes to
/// the loop, and what the loop throws goes to it.
pub(crate) fn awaited(
    awaitable: &Bound<'_, PyAny>,
) -> PyResult<impl Future<Output = PyResult<Py<PyAny>>> + use<>> {
    let iterator = awaitable.call_method0("__await__")?.cast_into::<PyIterator>()?;
    Ok(Awaited(iterator.unbind()))
}

struct Awaited(Py<PyIterator>);

impl Future for Awaited {
    type Output = PyResult<Py<PyAny>>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        Python::attach(|py| match self.step(py) {
            Ok(PySendResult::Next(yielded)) => {
                exchange::yield_to_loop(yielded.unbind());
                Poll::Pending
            }
            Ok(PySendResult::Return(value)) => Poll::Ready(Ok(value.unbind())),
            Err(raised) => Poll::Ready(Err(raised)),
        })
    }
}

impl Awaited {
    fn step<'py>(&self, py: Python<'py>) -> PyResult<PySendResult<'py>> {
        let iterator = self.0.bind(py);
        let Some(thrown) = exchange::take_thrown() else {
            return iterator.send(py.None().bind(py));
        };
        if !iterator.hasattr("throw")? {
            return Err(thrown);
        }
        match iterator.call_method1("throw", (thrown,)) {
            Ok(yielded) => Ok(PySendResult::Next(yielded)),
            Err(ended) if ended.is_instance_of::<PyStopIteration>(py) => {
                Ok(PySendResult::Return(ended.value(py).getattr("value")?))
            }
            Err(raised) => Err(raised),
        }
    }
}

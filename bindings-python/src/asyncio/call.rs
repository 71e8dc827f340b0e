use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use pyo3::exceptions::{PyRuntimeError, PyStopIteration};
use pyo3::prelude::*;

use crate::asyncio::exchange::{self, Exchange};
use crate::asyncio::mailbox::Mailbox;
use crate::asyncio::wake::Wake;
use crate::interrupt;

/// A call of a store that a coroutine awaits. It begins when it is first awaited.
#[pyclass(frozen, module = "onefold._onefold")]
pub(crate) struct Call(Mutex<Option<Running>>);

/// A call that has not come to its end.
struct Running {
    future: Pin<Box<dyn Future<Output = PyResult<Py<PyAny>>> + Send>>,
    wake: Option<Arc<Wake>>,
    /// Whether it waits for something of Python's, which takes what the loop throws.
    is_in_python: bool,
}

impl Call {
    pub(crate) fn new(future: impl Future<Output = PyResult<Py<PyAny>>> + Send + 'static) -> Self {
        Self(Mutex::new(Some(Running { future: Box::pin(future), wake: None, is_in_python: false })))
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on with the call; what it gives is what the loop must wait for.
    fn resume<'py>(&self, py: Python<'py>, thrown: Option<PyErr>) -> PyResult<Bound<'py, PyAny>> {
        // It is taken out meanwhile: what it runs may come here again.
        let Some(mut running) = self.running().take() else {
            return Err(PyRuntimeError::new_err("the call was awaited already"));
        };
        let awaited = running.resume(py, thrown)?;
        *self.running() = Some(running);
        Ok(awaited)
    }
}

#[pymethods]
impl Call {
    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.resume(py, None)
    }

    /// The loop cancels the task, or throws something else into it.
    #[pyo3(signature = (kind, value = None, traceback = None))]
    fn throw<'py>(
        &self,
        py: Python<'py>,
        kind: Bound<'py, PyAny>,
        value: Option<Bound<'py, PyAny>>,
        traceback: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = traceback;
        let thrown = PyErr::from_value(value.unwrap_or(kind));
        if self.running().as_ref().is_some_and(|running| running.is_in_python) {
            return self.resume(py, Some(thrown));
        }
        self.close();
        Err(thrown)
    }

    /// Gives the call up. What it has begun elsewhere comes to its end or not, as if its caller were gone.
    fn close(&self) {
        let given_up = self.running().take();
        drop(given_up);
    }
}

impl Running {
    fn resume<'py>(&mut self, py: Python<'py>, thrown: Option<PyErr>) -> PyResult<Bound<'py, PyAny>> {
        let wake = self.wake(py)?;
        let waker = Waker::from(Arc::clone(&wake));
        let (polled, yielded) = exchange::during(Exchange::throwing(thrown), || {
            self.future.as_mut().poll(&mut Context::from_waker(&waker))
        });
        interrupt::check()?;
        if let Poll::Ready(done) = polled {
            return Err(PyStopIteration::new_err((done?,)));
        }
        self.is_in_python = yielded.is_some();
        match yielded {
            Some(awaited) => Ok(awaited.into_bound(py)),
            None => wake.future(py),
        }
    }

    /// What wakes the task, in the loop that runs.
    fn wake(&mut self, py: Python<'_>) -> PyResult<Arc<Wake>> {
        if let Some(wake) = &self.wake {
            return Ok(Arc::clone(wake));
        }
        let wake = Wake::new(Mailbox::of_running_loop(py)?);
        self.wake = Some(Arc::clone(&wake));
        Ok(wake)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(wake) = &self.wake {
            wake.forget();
        }
    }
}

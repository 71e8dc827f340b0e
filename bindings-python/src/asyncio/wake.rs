use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::asyncio::mailbox::Inbox;

/// Wakes the task that awaits a call.
pub(super) struct Wake {
    inbox: Arc<Inbox>,
    is_sent: AtomicBool,
    /// What the task waits for, a future of its loop.
    future: Mutex<Option<Py<PyAny>>>,
}

impl Wake {
    pub(super) fn new(inbox: Arc<Inbox>) -> Arc<Self> {
        Arc::new(Self { inbox, is_sent: AtomicBool::new(false), future: Mutex::new(None) })
    }

    /// A future of the loop for the task to wait for. It is done after the next wake, even if that has been sent
    /// already: it is delivered by the loop, which is not at it while the task runs.
    pub(super) fn future<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let future = MAKE.import(py, "onefold._asyncio", "future")?.call0()?;
        *self.future.lock().unwrap_or_else(PoisonError::into_inner) = Some(future.clone().unbind());
        Ok(future)
    }

    /// Lets go of the task, which waits no more: the loop may never come to it.
    pub(super) fn forget(&self) {
        drop(self.taken());
    }

    /// Wakes the task: the loop has come to it.
    pub(super) fn deliver(&self, py: Python<'_>) -> PyResult<()> {
        self.is_sent.store(false, Ordering::Release);
        let Some(future) = self.taken() else { return Ok(()) };
        let future = future.bind(py);
        // The task may have been cancelled meanwhile.
        if !future.call_method0("done")?.is_truthy()? {
            future.call_method1("set_result", (py.None(),))?;
        }
        Ok(())
    }

    fn taken(&self) -> Option<Py<PyAny>> {
        self.future.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl std::task::Wake for Wake {
    fn wake(self: Arc<Self>) {
        if !self.is_sent.swap(true, Ordering::AcqRel) {
            Arc::clone(&self.inbox).send(self);
        }
    }
}

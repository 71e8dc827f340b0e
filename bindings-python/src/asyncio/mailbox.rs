use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::asyncio::bell::Bell;
use crate::asyncio::wake::Wake;
use crate::runtime::{self, Turns};

/// The wakes for the tasks of one loop. The loop calls [`deliver`](Self::deliver) when the bell rings.
#[pyclass(frozen, weakref, module = "onefold._onefold")]
pub(crate) struct Mailbox(Arc<Inbox>);

/// Where other threads put them.
pub(super) struct Inbox {
    sent: Mutex<Vec<Arc<Wake>>>,
    /// It rings once for all that is sent until the loop looks.
    has_rung: AtomicBool,
    bell: Bell,
    turns: &'static Turns,
}

impl Mailbox {
    /// The inbox of the loop that runs on this thread.
    pub(super) fn of_running_loop(py: Python<'_>) -> PyResult<Arc<Inbox>> {
        static FIND: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let mailbox = FIND.import(py, "onefold._asyncio", "mailbox")?.call0()?;
        Ok(Arc::clone(&mailbox.cast::<Self>()?.get().0))
    }
}

#[pymethods]
impl Mailbox {
    /// `ring` is called from any thread where there is no descriptor to wait for.
    #[new]
    fn new(py: Python<'_>, ring: Option<Py<PyAny>>) -> PyResult<Self> {
        let bell = match ring {
            Some(ring) => Bell::Callable(ring),
            None => Bell::descriptor()?,
        };
        let (sent, has_rung, turns) = (Mutex::default(), AtomicBool::new(false), runtime::turns(py)?);
        Ok(Self(Arc::new(Inbox { sent, has_rung, bell, turns })))
    }

    /// What becomes readable when the bell rings.
    fn fileno(&self) -> PyResult<i32> {
        self.0.bell.fileno()
    }

    /// Wakes the tasks of all that was sent.
    fn deliver(&self, py: Python<'_>) -> PyResult<()> {
        self.0.bell.silence();
        self.0.has_rung.store(false, Ordering::Release);
        let sent = mem::take(&mut *self.0.sent.lock().unwrap_or_else(PoisonError::into_inner));
        // One that fails must not keep the others from their tasks.
        let delivered = sent.iter().map(|wake| wake.deliver(py)).fold(Ok(()), PyResult::and);
        if sent.len() > 1 {
            end_turn_soon(py)?;
        } else {
            self.0.turns.end();
        }
        delivered
    }

    /// The tasks have run.
    #[staticmethod]
    fn end_turn(py: Python<'_>) -> PyResult<()> {
        runtime::turns(py)?.end();
        Ok(())
    }
}

impl Inbox {
    pub(super) fn send(&self, wake: Arc<Wake>) {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(wake);
        if !self.has_rung.swap(true, Ordering::AcqRel) {
            self.turns.begin();
            self.bell.ring();
        }
    }
}

/// The loop runs tasks in the order in which they were woken, and after them what it is told to do then.
fn end_turn_soon(py: Python<'_>) -> PyResult<()> {
    static LOOP: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let running = LOOP.import(py, "asyncio", "get_running_loop")?.call0()?;
    running.call_method1("call_soon", (py.get_type::<Mailbox>().getattr("end_turn")?,))?;
    Ok(())
}

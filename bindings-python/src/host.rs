use std::time::Duration;

use onefold::{Host, Sleep, SystemHost, Timestamp};
use pyo3::prelude::*;

use crate::runtime::Turns;
use crate::{interrupt, runtime};

/// The operating system, with Python's `logging` for warnings; other threads run during a pause.
pub(crate) struct PyHost {
    /// Whether pauses are awaited by an event loop, which must not stand still meanwhile.
    is_awaited: bool,
    /// The turns of the event loops that append.
    turns: Option<&'static Turns>,
}

impl PyHost {
    pub(crate) const fn new(is_awaited: bool) -> Self {
        Self { is_awaited, turns: None }
    }

    /// The host of a store in which tasks of event loops append, if it is awaited.
    pub(crate) fn gathering(py: Python<'_>, is_awaited: bool) -> PyResult<Self> {
        let turns = if is_awaited { Some(runtime::turns(py)?) } else { None };
        Ok(Self { is_awaited, turns })
    }
}

impl Host for PyHost {
    fn now(&self) -> Timestamp {
        SystemHost.now()
    }

    fn fill_random(&self, buffer: &mut [u8]) {
        SystemHost.fill_random(buffer);
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        if !self.is_awaited {
            return Sleep::new(
                async move { Python::attach(|py| py.detach(|| std::thread::sleep(duration))) },
            );
        }
        Sleep::new(async move {
            // Without a runtime there is no pause: it costs a try more at the worst.
            if let Ok(loops) = Python::attach(runtime::loops) {
                loops.sleep(duration).await;
            }
        })
    }

    fn gather(&self) -> Sleep {
        let turns = self.turns;
        Sleep::new(async move {
            if let Some(turns) = turns {
                turns.pass().await;
            }
        })
    }

    fn warn(&self, message: &str) {
        // What is about to be raised need not be logged as well.
        if interrupt::is_pending() {
            return;
        }
        Python::attach(|py| {
            let logged = py
                .import("logging")
                .and_then(|logging| logging.call_method1("getLogger", ("onefold",)))
                .and_then(|logger| logger.call_method1("warning", ("%s", message)));
            // A logging handler that fails has nobody left to tell but stderr.
            if let Err(error) = logged {
                error.print(py);
            }
        });
    }
}

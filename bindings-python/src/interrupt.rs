//! Interrupts that come while a snapshot is read or written: a fault there fails no command, but Ctrl-C must.

use std::cell::RefCell;

use pyo3::prelude::*;

use crate::errors::is_interrupt;

thread_local! {
    static PENDING: RefCell<Option<PyErr>> = const { RefCell::new(None) };
}

/// Keeps an error that is no fault of a snapshot, such as `KeyboardInterrupt`, until [`check`].
pub(crate) fn note(py: Python<'_>, error: &PyErr) {
    if is_interrupt(py, error) {
        PENDING.set(Some(error.clone_ref(py)));
    }
}

/// Whether something was noted on this thread.
pub(crate) fn is_pending() -> bool {
    PENDING.with_borrow(Option::is_some)
}

/// Raises what was noted on this thread.
pub(crate) fn check() -> PyResult<()> {
    PENDING.take().map_or(Ok(()), Err)
}

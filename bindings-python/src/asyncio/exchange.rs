//! What passes between a call and something of Python's that it awaits, while the call is being resumed.

use std::cell::RefCell;

use pyo3::prelude::*;

/// What the loop throws in, and what it gets to wait for.
#[derive(Default)]
pub(super) struct Exchange {
    thrown: Option<PyErr>,
    yielded: Option<Py<PyAny>>,
}

impl Exchange {
    pub(super) fn throwing(thrown: Option<PyErr>) -> Self {
        Self { thrown, yielded: None }
    }
}

thread_local! {
    static CURRENT: RefCell<Exchange> = RefCell::default();
}

/// Resumes a call; gives what it came to, and what it yields to the loop.
pub(super) fn during<T>(exchange: Exchange, resume: impl FnOnce() -> T) -> (T, Option<Py<PyAny>>) {
    // One call may resume another: what it runs may be anything.
    let outer = CURRENT.replace(exchange);
    let resumed = resume();
    (resumed, CURRENT.replace(outer).yielded)
}

pub(super) fn take_thrown() -> Option<PyErr> {
    CURRENT.with_borrow_mut(|exchange| exchange.thrown.take())
}

pub(super) fn yield_to_loop(awaited: Py<PyAny>) {
    CURRENT.with_borrow_mut(|exchange| exchange.yielded = Some(awaited));
}

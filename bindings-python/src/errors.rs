//! The core's errors as the exceptions of `onefold.errors`, which Python defines.

use std::error::Error;

use onefold::{
    AppendError, ClosedError, ConflictError, CursorError, DuplicateEventError, ExecuteError,
    InvalidArgumentError, InvalidEventError, LimitExceededError, LoadError, OpenError, ReadError, StoreError,
    StoreErrorKind, TerminatedError, UnknownEventError, UpcastError,
};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use crate::expected::expected_to_py;

/// What comes out of the core as a Python exception.
pub(crate) trait ToPyErr {
    fn to_py_err(self, py: Python<'_>) -> PyErr;
}

/// The exception of this name, made with these keyword arguments.
pub(crate) fn error(py: Python<'_>, name: &str, arguments: &[(&str, Bound<'_, PyAny>)]) -> PyErr {
    let make = || -> PyResult<Bound<'_, PyAny>> {
        let keywords = PyDict::new(py);
        for (key, value) in arguments {
            keywords.set_item(key, value)?;
        }
        py.import("onefold.errors")?.getattr(name)?.call((), Some(&keywords))
    };
    make().map_or_else(|error| error, PyErr::from_value)
}

pub(crate) fn invalid_argument(py: Python<'_>, argument: &str, reason: &str) -> PyErr {
    error(py, "InvalidArgumentError", &[("argument", text(py, argument)), ("reason", text(py, reason))])
}

pub(crate) fn invalid_event(py: Python<'_>, path: &str, reason: &str) -> PyErr {
    error(py, "InvalidEventError", &[("path", text(py, path)), ("reason", text(py, reason))])
}

pub(crate) fn limit_exceeded(py: Python<'_>, field: &str, limit: usize) -> PyErr {
    let limit = limit.into_pyobject(py).map_or_else(|never| match never {}, Bound::into_any);
    error(py, "LimitExceededError", &[("field", text(py, field)), ("limit", limit)])
}

impl ToPyErr for AppendError {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        match self {
            Self::Conflict(error) => error.to_py_err(py),
            Self::DuplicateEvent(error) => error.to_py_err(py),
            Self::InvalidEvent(error) => error.to_py_err(py),
            Self::InvalidArgument(error) => error.to_py_err(py),
            Self::LimitExceeded(error) => error.to_py_err(py),
            Self::UnknownEvent(error) => error.to_py_err(py),
            Self::Closed(error) => error.to_py_err(py),
            Self::Enricher(source) => raised(py, source),
            Self::Store(error) => error.to_py_err(py),
            other => error(py, "OnefoldError", &[("message", text(py, &other.to_string()))]),
        }
    }
}

impl ToPyErr for ReadError {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        match self {
            Self::InvalidArgument(error) => error.to_py_err(py),
            Self::LimitExceeded(error) => error.to_py_err(py),
            Self::Cursor(error) => error.to_py_err(py),
            Self::Upcast(error) => error.to_py_err(py),
            Self::UnknownEvent(error) => error.to_py_err(py),
            Self::Closed(error) => error.to_py_err(py),
            Self::Store(error) => error.to_py_err(py),
            other => error(py, "OnefoldError", &[("message", text(py, &other.to_string()))]),
        }
    }
}

impl ToPyErr for LoadError<PyErr> {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        match self {
            Self::InvalidArgument(error) => error.to_py_err(py),
            Self::Read(error) => error.to_py_err(py),
            Self::Decider(error) => error,
            other => error(py, "OnefoldError", &[("message", text(py, &other.to_string()))]),
        }
    }
}

impl ToPyErr for ExecuteError<PyErr> {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        match self {
            Self::InvalidArgument(error) => error.to_py_err(py),
            Self::Terminated(error) => error.to_py_err(py),
            Self::Read(error) => error.to_py_err(py),
            Self::Append(error) => error.to_py_err(py),
            Self::Decider(error) => error,
            other => error(py, "OnefoldError", &[("message", text(py, &other.to_string()))]),
        }
    }
}

impl ToPyErr for OpenError {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        match self {
            Self::InvalidArgument(error) => error.to_py_err(py),
            Self::Store(error) => error.to_py_err(py),
            other => error(py, "OnefoldError", &[("message", text(py, &other.to_string()))]),
        }
    }
}

impl ToPyErr for ConflictError {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        let expected = match expected_to_py(py, self.expected) {
            Ok(expected) => expected,
            Err(error) => return error,
        };
        error(
            py,
            "ConflictError",
            &[
                ("stream_id", text(py, self.stream_id.as_str())),
                ("expected", expected),
                ("actual", number(py, self.actual.get())),
            ],
        )
    }
}

impl ToPyErr for DuplicateEventError {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        match PyList::new(py, self.ids.iter().map(ToString::to_string)) {
            Ok(ids) => error(py, "DuplicateEventError", &[("ids", ids.into_any()), message(py, &self)]),
            Err(error) => error,
        }
    }
}

impl ToPyErr for InvalidEventError {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        error(py, "InvalidEventError", &[("path", text(py, &self.path)), message(py, &self)])
    }
}

impl ToPyErr for InvalidArgumentError {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        invalid_argument(py, &self.argument, &self.reason)
    }
}

impl ToPyErr for LimitExceededError {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        let limit = number(py, self.limit as u64);
        error(
            py,
            "LimitExceededError",
            &[("field", text(py, self.field)), ("limit", limit), message(py, &self)],
        )
    }
}

impl ToPyErr for UpcastError {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        let arguments = [
            ("type", text(py, self.event_type.as_str())),
            ("schema_version", number(py, self.schema_version.into())),
            ("reason", text(py, &self.reason)),
        ];
        let cause = self.source.as_deref().and_then(|source| source.downcast_ref::<PyErr>());
        caused_by(error(py, "UpcastError", &arguments), py, cause.map(|cause| cause.clone_ref(py)))
    }
}

impl ToPyErr for UnknownEventError {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        error(py, "UnknownEventError", &[("type", text(py, self.event_type.as_str()))])
    }
}

impl ToPyErr for CursorError {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        error(py, "CursorError", &[("cursor", text(py, &self.cursor)), message(py, &self)])
    }
}

impl ToPyErr for TerminatedError {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        let version = number(py, self.version.get());
        error(
            py,
            "TerminatedError",
            &[("stream_id", text(py, self.stream_id.as_str())), ("version", version)],
        )
    }
}

impl ToPyErr for ClosedError {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        error(py, "ClosedError", &[])
    }
}

impl ToPyErr for StoreError {
    fn to_py_err(self, py: Python<'_>) -> PyErr {
        let cause = Error::source(&self)
            .and_then(|source| source.downcast_ref::<PyErr>())
            .map(|cause| cause.clone_ref(py));
        // Errors that are ours already are not for a store to wrap.
        if let Some(cause) = &cause
            && is_ours(py, cause)
        {
            return cause.clone_ref(py);
        }
        let name = match self.kind {
            StoreErrorKind::Unavailable => "StoreUnavailableError",
            StoreErrorKind::Migration => "MigrationError",
            StoreErrorKind::Closed => "ClosedError",
            _ => "StoreError",
        };
        let error = error(py, name, &[message(py, &self)]);
        caused_by(error, py, cause)
    }
}

/// The error with its cause; the cause itself if it is `KeyboardInterrupt` or its like, which nothing may wrap.
pub(crate) fn caused_by(error: PyErr, py: Python<'_>, cause: Option<PyErr>) -> PyErr {
    match cause {
        Some(cause) if is_interrupt(py, &cause) => cause,
        cause => {
            error.set_cause(py, cause);
            error
        }
    }
}

/// Whether it is no `Exception`, but `KeyboardInterrupt` or its like.
pub(crate) fn is_interrupt(py: Python<'_>, raised: &PyErr) -> bool {
    !raised.is_instance_of::<PyException>(py)
}

/// A Python exception that went through the core, or another error of it.
fn raised(py: Python<'_>, source: Box<dyn Error + Send + Sync>) -> PyErr {
    match source.downcast::<PyErr>() {
        Ok(raised) => *raised,
        Err(other) => error(py, "OnefoldError", &[("message", text(py, &other.to_string()))]),
    }
}

fn is_ours(py: Python<'_>, raised: &PyErr) -> bool {
    py.import("onefold.errors")
        .and_then(|errors| errors.getattr("OnefoldError"))
        .is_ok_and(|ours| raised.matches(py, ours).unwrap_or(false))
}

fn message<'py>(py: Python<'py>, error: &impl ToString) -> (&'static str, Bound<'py, PyAny>) {
    ("message", text(py, &error.to_string()))
}

fn text<'py>(py: Python<'py>, text: &str) -> Bound<'py, PyAny> {
    PyString::new(py, text).into_any()
}

fn number(py: Python<'_>, number: u64) -> Bound<'_, PyAny> {
    number.into_pyobject(py).map_or_else(|never| match never {}, Bound::into_any)
}

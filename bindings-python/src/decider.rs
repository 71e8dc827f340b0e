use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use onefold::{Aggregate, Json, Limits, NewEvent, StoredEvent};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString};

use crate::args::whole;
use crate::errors::invalid_argument;
use crate::event::{Intake, for_decider};
use crate::interrupt;
use crate::json::{self, EncodeError};
use crate::registry::TypedEvents;

/// A decider that is a Python object. It runs on the thread that drives the command.
pub(crate) struct PyDecider {
    decider: Py<PyAny>,
    category: String,
    name: String,
    state_version: u32,
    identity: u64,
    limits: Limits,
    types: Option<Arc<TypedEvents>>,
}

impl PyDecider {
    pub(crate) fn new(
        decider: &Bound<'_, PyAny>,
        limits: Limits,
        types: Option<Arc<TypedEvents>>,
    ) -> PyResult<Self> {
        let class = decider.get_type();
        let class_name = class.fully_qualified_name()?.to_string();
        let mut hasher = DefaultHasher::new();
        class_name.hash(&mut hasher);
        for method in ["initial", "decide", "evolve"] {
            if !decider.hasattr(method)? {
                let reason =
                    format!("`{class_name}` has no `{method}`; a decider has initial, decide and evolve");
                return Err(invalid_argument(decider.py(), "decider", &reason));
            }
        }
        Ok(Self {
            decider: decider.clone().unbind(),
            category: attribute(decider, "category")?.unwrap_or(class.name()?.to_string()),
            name: attribute(decider, "name")?.unwrap_or(class.name()?.to_string()),
            state_version: state_version(decider)?,
            identity: hasher.finish(),
            limits,
            types,
        })
    }

    fn intake(&self) -> Intake<'_> {
        Intake::new(self.types.as_ref().map(|types| types.codecs.as_ref()), &self.limits)
    }

    /// What `decide` returned as events: one, several, or nothing.
    fn decided(&self, decided: &Bound<'_, PyAny>) -> PyResult<Vec<NewEvent<Json>>> {
        let py = decided.py();
        if decided.is_none() {
            return Ok(Vec::new());
        }
        let intake = self.intake();
        if intake.is_event(decided) {
            return Ok(vec![intake.event(decided)?]);
        }
        if decided.hasattr("__await__")? || decided.hasattr("__aiter__")? {
            if decided.hasattr("close")? {
                decided.call_method0("close")?;
            }
            return Err(refuse(py, "decide is asynchronous; make it a plain function that returns events"));
        }
        let text = decided.is_instance_of::<PyString>() || decided.is_instance_of::<PyBytes>();
        let events = if text { None } else { decided.try_iter().ok() };
        let Some(events) = events else {
            let name = decided.get_type().fully_qualified_name()?;
            let hint = "return events, one event or None, and register the classes of events";
            return Err(refuse(py, &format!("decide returned `{name}`; {hint}")));
        };
        intake.events(events)
    }
}

impl Aggregate<Vec<StoredEvent<Json>>> for PyDecider {
    type Command = Py<PyAny>;
    type State = Py<PyAny>;
    type Error = PyErr;

    fn category(&self) -> &str {
        &self.category
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn state_version(&self) -> u32 {
        self.state_version
    }

    fn identity(&self) -> u64 {
        self.identity
    }

    fn initial(&self) -> PyResult<Py<PyAny>> {
        static COPY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        // A decider may hand out one object every time and change it in place: each load gets its own.
        Python::attach(|py| {
            let initial = self.decider.bind(py).call_method0("initial")?;
            Ok(COPY.import(py, "onefold._state", "own_copy")?.call1((initial,))?.unbind())
        })
    }

    fn fold(&self, state: Py<PyAny>, events: Vec<StoredEvent<Json>>) -> PyResult<Py<PyAny>> {
        static FOLD: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        Python::attach(|py| {
            let events = for_decider(py, &events, self.types.as_deref())?;
            let evolve = self.decider.bind(py).getattr("evolve")?;
            Ok(FOLD.import(py, "onefold._fold", "fold")?.call1((evolve, state, events))?.unbind())
        })
    }

    fn decide(&self, command: &Py<PyAny>, state: &Py<PyAny>) -> PyResult<Vec<NewEvent<Json>>> {
        interrupt::check()?;
        Python::attach(|py| self.decided(&self.decider.bind(py).call_method1("decide", (command, state))?))
    }

    fn is_terminal(&self, state: &Py<PyAny>) -> PyResult<bool> {
        Python::attach(|py| {
            let decider = self.decider.bind(py);
            if !decider.hasattr("is_terminal")? {
                return Ok(false);
            }
            decider.call_method1("is_terminal", (state,))?.is_truthy()
        })
    }

    fn encode_state(&self, state: &Py<PyAny>) -> Result<Json, String> {
        Python::attach(|py| {
            let encoded = self.encoded_state(state.bind(py)).map_err(|error| fault(py, &error))?;
            json::encode(&encoded, Limits::MAX_NESTING).map_err(|error| match error {
                EncodeError::NotJson { path, reason } => {
                    format!("state{path}: {reason}; give the decider encode_state and decode_state")
                }
                EncodeError::TooDeep => "the state is nested too deep".into(),
            })
        })
    }

    fn decode_state(&self, state: &Json) -> Result<Py<PyAny>, String> {
        Python::attach(|py| self.decoded_state(py, state).map_err(|error| fault(py, &error)))
    }
}

impl PyDecider {
    fn encoded_state<'py>(&self, state: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let decider = self.decider.bind(state.py());
        if decider.hasattr("encode_state")? {
            return decider.call_method1("encode_state", (state,));
        }
        Ok(state.clone())
    }

    fn decoded_state(&self, py: Python<'_>, state: &Json) -> PyResult<Py<PyAny>> {
        let (decider, state) = (self.decider.bind(py), json::decode(py, state)?);
        if decider.hasattr("decode_state")? {
            return decider.call_method1("decode_state", (state,)).map(Bound::unbind);
        }
        Ok(state.unbind())
    }
}

/// Why a snapshot could not be made or read; an interrupt is kept to come out later.
fn fault(py: Python<'_>, error: &PyErr) -> String {
    interrupt::note(py, error);
    error.to_string()
}

fn refuse(py: Python<'_>, reason: &str) -> PyErr {
    invalid_argument(py, "decide", reason)
}

/// A text attribute of a decider, if it has one that is not empty.
fn attribute(decider: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<String>> {
    let Some(value) = decider.getattr_opt(name)? else {
        return Ok(None);
    };
    match value.extract::<String>() {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(invalid_argument(decider.py(), &format!("decider.{name}"), "give a str")),
    }
}

fn state_version(decider: &Bound<'_, PyAny>) -> PyResult<u32> {
    let argument = "decider.state_version";
    let Some(value) = decider.getattr_opt("state_version")? else {
        return Ok(1);
    };
    let refuse = || invalid_argument(decider.py(), argument, "give an int from 0 to 4294967295");
    u32::try_from(whole(argument, &value)?).map_err(|_| refuse())
}

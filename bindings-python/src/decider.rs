use std::hash::{DefaultHasher, Hash, Hasher};

use onefold::{Aggregate, Json, NewEvent, StoredEvent};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString};

use crate::args::whole;
use crate::errors::invalid_argument;
use crate::event::{Intake, for_decider};
use crate::interrupt;
use crate::json::{self, EncodeError};
use crate::registry::TypedEvents;

/// A decider that is a Python object. It runs on the caller's thread.
pub(crate) struct PyDecider<'py, 'a> {
    decider: Bound<'py, PyAny>,
    category: String,
    name: String,
    state_version: u32,
    identity: u64,
    intake: Intake<'a>,
    types: Option<&'a TypedEvents>,
}

impl<'py, 'a> PyDecider<'py, 'a> {
    pub(crate) fn new(
        decider: &Bound<'py, PyAny>,
        intake: Intake<'a>,
        types: Option<&'a TypedEvents>,
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
            decider: decider.clone(),
            category: attribute(decider, "category")?.unwrap_or(class.name()?.to_string()),
            name: attribute(decider, "name")?.unwrap_or(class.name()?.to_string()),
            state_version: state_version(decider)?,
            identity: hasher.finish(),
            intake,
            types,
        })
    }

    fn py(&self) -> Python<'py> {
        self.decider.py()
    }

    /// What `decide` returned as events: one, several, or nothing.
    fn decided(&self, decided: &Bound<'py, PyAny>) -> PyResult<Vec<NewEvent<Json>>> {
        if decided.is_none() {
            return Ok(Vec::new());
        }
        if self.intake.is_event(decided) {
            return Ok(vec![self.intake.event(decided)?]);
        }
        if decided.hasattr("__await__")? || decided.hasattr("__aiter__")? {
            if decided.hasattr("close")? {
                decided.call_method0("close")?;
            }
            return Err(self.refuse("decide is asynchronous; make it a plain function that returns events"));
        }
        let text = decided.is_instance_of::<PyString>() || decided.is_instance_of::<PyBytes>();
        let events = if text { None } else { decided.try_iter().ok() };
        let Some(events) = events else {
            let name = decided.get_type().fully_qualified_name()?;
            let hint = "return events, one event or None, and register the classes of events";
            return Err(self.refuse(&format!("decide returned `{name}`; {hint}")));
        };
        self.intake.events(events)
    }

    fn refuse(&self, reason: &str) -> PyErr {
        invalid_argument(self.py(), "decide", reason)
    }
}

impl<'py> Aggregate<Vec<StoredEvent<Json>>> for PyDecider<'py, '_> {
    type Command = Bound<'py, PyAny>;
    type State = Bound<'py, PyAny>;
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

    fn initial(&self) -> PyResult<Self::State> {
        static COPY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        // A decider may hand out one object every time and change it in place: each load gets its own.
        COPY.import(self.py(), "onefold._state", "own_copy")?.call1((self.decider.call_method0("initial")?,))
    }

    fn fold(&self, state: Self::State, events: Vec<StoredEvent<Json>>) -> PyResult<Self::State> {
        static FOLD: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let events = for_decider(self.py(), &events, self.types)?;
        FOLD.import(self.py(), "onefold._fold", "fold")?.call1((
            self.decider.getattr("evolve")?,
            state,
            events,
        ))
    }

    fn decide(&self, command: &Self::Command, state: &Self::State) -> PyResult<Vec<NewEvent<Json>>> {
        interrupt::check()?;
        self.decided(&self.decider.call_method1("decide", (command, state))?)
    }

    fn is_terminal(&self, state: &Self::State) -> PyResult<bool> {
        if !self.decider.hasattr("is_terminal")? {
            return Ok(false);
        }
        self.decider.call_method1("is_terminal", (state,))?.is_truthy()
    }

    fn encode_state(&self, state: &Self::State) -> Result<Json, String> {
        let encoded = self.encoded_state(state).map_err(|error| self.fault(&error))?;
        json::encode(&encoded, onefold::Limits::MAX_NESTING).map_err(|error| match error {
            EncodeError::NotJson { path, reason } => {
                format!("state{path}: {reason}; give the decider encode_state and decode_state")
            }
            EncodeError::TooDeep => "the state is nested too deep".into(),
        })
    }

    fn decode_state(&self, state: &Json) -> Result<Self::State, String> {
        let decode = || -> PyResult<_> {
            let state = json::decode(self.py(), state)?;
            if self.decider.hasattr("decode_state")? {
                return self.decider.call_method1("decode_state", (state,));
            }
            Ok(state)
        };
        decode().map_err(|error| self.fault(&error))
    }
}

impl<'py> PyDecider<'py, '_> {
    /// Why a snapshot could not be made or read; an interrupt is kept to come out later.
    fn fault(&self, error: &PyErr) -> String {
        interrupt::note(self.py(), error);
        error.to_string()
    }

    fn encoded_state(&self, state: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if self.decider.hasattr("encode_state")? {
            return self.decider.call_method1("encode_state", (state,));
        }
        Ok(state.clone())
    }
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

use std::fmt::Write;

use onefold::Json;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

/// The largest integer that a double holds with all its neighbours: 2^53 - 1.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Why a Python object cannot be stored as JSON.
pub(crate) enum EncodeError {
    /// It holds something that JSON does not: where, from the object itself (`.items[3].price`), and what.
    NotJson { path: String, reason: String },
    /// It is nested deeper than the limit.
    TooDeep,
}

/// Writes a Python object as JSON text, if JSON holds it exactly: `None`, bool, int, float, str, and list,
/// tuple and dict of these; no subclasses, which would come back as something else.
pub(crate) fn encode(object: &Bound<'_, PyAny>, max_nesting: usize) -> Result<Json, EncodeError> {
    let mut encoder = Encoder { text: String::with_capacity(128), open: Vec::new(), max_nesting };
    match encoder.value(object) {
        Ok(()) => Ok(Json::from_checked(encoder.text)),
        Err(Refusal::TooDeep) => Err(EncodeError::TooDeep),
        Err(Refusal::NotJson { steps, reason }) => {
            Err(EncodeError::NotJson { path: path_of(&steps), reason })
        }
    }
}

struct Encoder {
    text: String,
    /// The containers being written, by address: one that stands in itself is a cycle.
    open: Vec<usize>,
    max_nesting: usize,
}

enum Refusal {
    NotJson {
        /// From the fault outwards.
        steps: Vec<Step>,
        reason: String,
    },
    TooDeep,
}

enum Step {
    Member(String),
    Element(usize),
}

impl Encoder {
    fn value(&mut self, object: &Bound<'_, PyAny>) -> Result<(), Refusal> {
        if let Ok(text) = object.cast_exact::<PyString>() {
            return self.string(text);
        }
        if object.is_none() {
            self.text.push_str("null");
        } else if let Ok(flag) = object.cast_exact::<PyBool>() {
            self.text.push_str(if flag.is_true() { "true" } else { "false" });
        } else if let Ok(number) = object.cast_exact::<PyInt>() {
            return self.int(number);
        } else if let Ok(number) = object.cast_exact::<PyFloat>() {
            return self.float(number.value());
        } else if let Ok(dict) = object.cast_exact::<PyDict>() {
            return self.nested(object, |encoder| encoder.dict(dict));
        } else if let Ok(list) = object.cast_exact::<PyList>() {
            return self.nested(object, |encoder| encoder.array(list.iter()));
        } else if let Ok(tuple) = object.cast_exact::<PyTuple>() {
            return self.nested(object, |encoder| encoder.array(tuple.iter()));
        } else {
            return Err(refuse(foreign(object)));
        }
        Ok(())
    }

    fn nested(
        &mut self,
        container: &Bound<'_, PyAny>,
        write: impl FnOnce(&mut Self) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let address = container.as_ptr() as usize;
        if self.open.contains(&address) {
            return Err(refuse("it contains itself; break the cycle"));
        }
        if self.open.len() >= self.max_nesting {
            return Err(Refusal::TooDeep);
        }
        self.open.push(address);
        let outcome = write(self);
        self.open.pop();
        outcome
    }

    fn dict(&mut self, dict: &Bound<'_, PyDict>) -> Result<(), Refusal> {
        self.text.push('{');
        for (index, (key, value)) in dict.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            let Ok(name) = key.cast_exact::<PyString>() else {
                return Err(refuse(format!("the key {} is no string; make it one", shown(&key))));
            };
            let at_member = |refusal| within(refusal, || Step::Member(name.to_string_lossy().into_owned()));
            self.string(name).map_err(at_member)?;
            self.text.push(':');
            self.value(&value).map_err(at_member)?;
        }
        self.text.push('}');
        Ok(())
    }

    fn array<'py>(&mut self, elements: impl Iterator<Item = Bound<'py, PyAny>>) -> Result<(), Refusal> {
        self.text.push('[');
        for (index, element) in elements.enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.value(&element).map_err(|refusal| within(refusal, || Step::Element(index)))?;
        }
        self.text.push(']');
        Ok(())
    }

    fn string(&mut self, text: &Bound<'_, PyString>) -> Result<(), Refusal> {
        let Ok(text) = text.to_str() else {
            return Err(refuse("half a surrogate pair is no text; give whole characters"));
        };
        self.text.push('"');
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
            let (plain, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.text.push_str(plain);
            let mut tail = tail.chars();
            match tail.next() {
                Some('"') => self.text.push_str("\\\""),
                Some('\\') => self.text.push_str("\\\\"),
                Some('\n') => self.text.push_str("\\n"),
                Some('\r') => self.text.push_str("\\r"),
                Some('\t') => self.text.push_str("\\t"),
                // Writing to a String cannot fail.
                Some(control) => _ = write!(self.text, "\\u{:04x}", u32::from(control)),
                None => {}
            }
            rest = tail.as_str();
        }
        self.text.push_str(rest);
        self.text.push('"');
        Ok(())
    }

    fn int(&mut self, number: &Bound<'_, PyInt>) -> Result<(), Refusal> {
        match number.extract::<i64>() {
            Ok(number) if number.unsigned_abs() <= MAX_SAFE_INTEGER => {
                let _ = write!(self.text, "{number}");
                Ok(())
            }
            _ => Err(refuse("the integer is past 2^53 - 1; send it as a string")),
        }
    }

    fn float(&mut self, number: f64) -> Result<(), Refusal> {
        if !number.is_finite() {
            return Err(refuse(format!("{number} is not JSON; send None or a string")));
        }
        // The shortest text that reads back as the same double.
        let _ = write!(self.text, "{number:?}");
        Ok(())
    }
}

fn refuse(reason: impl Into<String>) -> Refusal {
    Refusal::NotJson { steps: Vec::new(), reason: reason.into() }
}

fn within(refusal: Refusal, step: impl FnOnce() -> Step) -> Refusal {
    match refusal {
        Refusal::NotJson { mut steps, reason } => {
            steps.push(step());
            Refusal::NotJson { steps, reason }
        }
        Refusal::TooDeep => Refusal::TooDeep,
    }
}

fn foreign(object: &Bound<'_, PyAny>) -> String {
    let name =
        object.get_type().fully_qualified_name().map_or_else(|_| "object".into(), |name| name.to_string());
    format!(
        "`{name}` is not JSON; give None, bool, int, float, str, list, tuple or dict, or register a typed event"
    )
}

fn shown(object: &Bound<'_, PyAny>) -> String {
    object.repr().map_or_else(|_| "<no repr>".into(), |repr| repr.to_string())
}

fn path_of(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps.iter().rev() {
        match step {
            Step::Member(key) => onefold::push_member(&mut path, key),
            Step::Element(index) => onefold::push_element(&mut path, *index),
        }
    }
    path
}

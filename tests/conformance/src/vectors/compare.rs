use serde_json::{Map, Value};

use super::symbols::Symbols;
use super::values::{spliced, written_out};
use super::wire;
use crate::{Failure, check};

/// Compares what an operation gave with what a scenario expects of it.
pub(super) struct Compare<'s> {
    pub(super) symbols: &'s mut Symbols,
    /// Whether positions come from an append, and so must grow.
    pub(super) by_append: bool,
}

impl Compare<'_> {
    pub(super) fn value(&mut self, expected: &Value, actual: &Value) -> Result<(), Failure> {
        match (expected, actual) {
            (Value::Array(expected), Value::Array(actual)) => self.list(expected, actual),
            (Value::Object(expected), Value::Object(actual)) => self.members(expected, actual),
            _ => same("result", expected, actual),
        }
    }

    /// A list in its whole length, of each element the members given.
    fn list(&mut self, expected: &[Value], actual: &[Value]) -> Result<(), Failure> {
        let expected = spliced(expected)?;
        check(expected.len() == actual.len(), || {
            format!("expected {} events, got {}: {}", expected.len(), actual.len(), shown(actual))
        })?;
        for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
            self.value(expected, actual).map_err(|failure| failure.within(format!("event {index}")))?;
        }
        Ok(())
    }

    /// The members given; the others may be anything.
    pub(super) fn members(
        &mut self,
        expected: &Map<String, Value>,
        actual: &Map<String, Value>,
    ) -> Result<(), Failure> {
        for (name, expected) in expected {
            let actual = actual.get(name).ok_or_else(|| Failure::new(format!("there is no `{name}`")))?;
            match (name.as_str(), expected, actual) {
                ("position", _, Value::Number(actual)) => {
                    self.symbols.position(expected, actual.as_u64().unwrap_or(0), self.by_append)?;
                }
                ("recorded_at", Value::String(expected), Value::String(actual)) => {
                    self.symbols.text(expected, actual)?;
                }
                ("events", Value::Array(expected), Value::Array(actual)) => self.list(expected, actual)?,
                ("metadata", _, _) => {
                    let Value::Object(members) = written_out(expected)? else {
                        return Err(Failure::new("expected metadata is no object"));
                    };
                    same_json(name, &wire::set(members), actual)?;
                }
                _ => same(name, expected, actual)?,
            }
        }
        Ok(())
    }
}

fn same(name: &str, expected: &Value, actual: &Value) -> Result<(), Failure> {
    same_json(name, &written_out(expected)?, actual)
}

fn same_json(name: &str, expected: &Value, actual: &Value) -> Result<(), Failure> {
    check(is_same(expected, actual), || {
        format!("`{name}`: expected {}, got {}", brief(expected), brief(actual))
    })
}

/// Whether both are the same JSON value: numbers as doubles, members in any order.
pub(super) fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let has = |(key, value)| other.get(key).is_some_and(|other| is_same(value, other));
            one.len() == other.len() && one.iter().all(has)
        }
        _ => one == other,
    }
}

/// Type and version of each event, or the value where it has none.
fn shown(events: &[Value]) -> String {
    let show = |event: &Value| match (event.get("type"), event.get("version")) {
        (Some(event_type), Some(version)) => format!("{event_type}@{version}"),
        _ => brief(event),
    };
    events.iter().take(20).map(show).collect::<Vec<_>>().join(", ")
}

fn brief(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 300 { text } else { text.chars().take(300).chain("…".chars()).collect() }
}

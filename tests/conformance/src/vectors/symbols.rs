use std::collections::HashMap;

use onefold::{After, Position};
use serde_json::Value;

use super::values::form;
use crate::{Failure, check, equal};

/// The names that a scenario gives to positions, cursors and times.
#[derive(Default)]
pub(super) struct Symbols {
    positions: HashMap<String, u64>,
    texts: HashMap<String, String>,
    last_appended: u64,
}

impl Symbols {
    /// Compares a position with what a scenario says of it; binds a name that is new.
    pub(super) fn position(&mut self, expected: &Value, actual: u64, by_append: bool) -> Result<(), Failure> {
        let Some(name) = expected.as_str() else {
            return equal("position", Some(actual), expected.as_u64());
        };
        if let Some(bound) = self.positions.get(name) {
            return equal(name, actual, *bound);
        }
        check(actual > 0, || format!("{name} is 0"))?;
        if by_append {
            let last = self.last_appended;
            check(actual > last, || {
                format!("{name} is {actual}, not past {last}, which was appended before")
            })?;
            self.last_appended = actual;
        }
        self.positions.insert(name.to_owned(), actual);
        Ok(())
    }

    /// Compares a cursor or time with what a scenario says of it; binds a name that is new.
    pub(super) fn text(&mut self, expected: &str, actual: &str) -> Result<(), Failure> {
        if !is_name(expected, 'c') && !is_name(expected, 't') {
            return equal("text", actual, expected);
        }
        let bound = self.texts.entry(expected.to_owned()).or_insert_with(|| actual.to_owned());
        equal(expected, actual, bound.as_str())
    }

    /// The position that a scenario names.
    pub(super) fn bound_position(&self, named: &Value) -> Result<Position, Failure> {
        Ok(Position::new(self.number(named)?))
    }

    /// The time that a scenario names, as text.
    pub(super) fn bound_text(&self, named: &str) -> Result<String, Failure> {
        if !is_name(named, 'c') && !is_name(named, 't') {
            return Ok(named.to_owned());
        }
        self.texts.get(named).cloned().ok_or_else(|| Failure::new(format!("`{named}` is not bound")))
    }

    /// Where a reader begins; `epoch` is that of the store.
    pub(super) fn after(&self, after: &Value, epoch: &str) -> Result<Option<After>, Failure> {
        match (after, form(after)) {
            (Value::Null, _) => Ok(None),
            (Value::String(text), _) if !is_name(text, 'p') => {
                Ok(Some(After::Cursor(self.bound_text(text)?)))
            }
            (_, Some(("$text", template))) => Ok(Some(After::Cursor(self.filled_in(template, epoch)?))),
            _ => Ok(Some(After::Position(self.bound_position(after)?))),
        }
    }

    /// A template with the epoch and the positions named in it put in.
    pub(super) fn filled_in(&self, template: &Value, epoch: &str) -> Result<String, Failure> {
        let template = template.as_str().ok_or_else(|| Failure::new("a template is no text"))?;
        let text = template.replace("{epoch}", epoch);
        let filled = self
            .positions
            .iter()
            .fold(text, |text, (name, position)| text.replace(&format!("{{{name}}}"), &position.to_string()));
        check(!filled.contains('{'), || format!("`{filled}` has a name that is not bound"))?;
        Ok(filled)
    }

    fn number(&self, named: &Value) -> Result<u64, Failure> {
        if let Some(("$plus", sum)) = form(named) {
            let (base, more): (Value, u64) = serde_json::from_value(sum.clone())?;
            return Ok(self.number(&base)? + more);
        }
        let bound = match named {
            Value::String(name) => self.positions.get(name).copied(),
            number => number.as_u64(),
        };
        bound.ok_or_else(|| Failure::new(format!("{named} is not bound")))
    }
}

fn is_name(text: &str, letter: char) -> bool {
    text.strip_prefix(letter)
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::limits::Limits;
use crate::payload::check::{self, JsonError};
use crate::payload::{Payload, edit, same};
use crate::upcast::Edit;

const TOO_DEEP: &str = "it is nested too deep to be read; store less in one value";

/// A JSON value as its text: parsed only when someone asks, cheap to clone, never changed.
///
/// ```
/// use onefold::Json;
///
/// let json = Json::parse(r#"{"items": [1, 2.5]}"#)?;
/// assert_eq!(json.as_str(), r#"{"items": [1, 2.5]}"#);
///
/// let refused = Json::parse(r#"{"items": [1, 9007199254740993]}"#).unwrap_err();
/// assert_eq!(refused.path, ".items[1]"); // past 2^53 - 1: a double would not hold it
/// # Ok::<(), onefold::JsonError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Json(Arc<str>);

impl Json {
    /// Takes JSON text (RFC 8259) and keeps its bytes, white space around it aside.
    ///
    /// # Errors
    /// [`JsonError`] says where it is not JSON, or not JSON that every language here holds: an integer past
    /// ±(2^53 - 1), a number past the doubles, half a surrogate pair.
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        check::check(text).map(|trimmed| Self(trimmed.into()))
    }

    /// The JSON that serde makes of a value.
    ///
    /// # Errors
    /// [`JsonError`] for what JSON cannot hold, as in [`parse`](Self::parse).
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, JsonError> {
        let text =
            serde_json::to_string(value).map_err(|error| JsonError::new(String::new(), error.to_string()))?;
        Self::parse(&text)
    }

    /// Takes text that was checked before: what a store hands back, or a binding wrote itself.
    pub fn from_checked(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value as a type of one's own.
    ///
    /// # Errors
    /// When the type does not fit the JSON, or the JSON is nested deeper than [`Limits::MAX_NESTING`].
    pub fn to<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        if self.is_too_deep() {
            return Err(serde::de::Error::custom(TOO_DEEP));
        }
        let mut deserializer = serde_json::Deserializer::from_str(&self.0);
        // serde's own bound of 127 levels is tighter than the contract.
        deserializer.disable_recursion_limit();
        T::deserialize(&mut deserializer)
    }

    /// The value as a tree; none for text that is nested too deep.
    fn to_value(&self) -> Option<Value> {
        self.to().ok()
    }

    /// Whether reading it would overflow the stack: such text waits for the limits to refuse it.
    fn is_too_deep(&self) -> bool {
        // A level takes two bytes at the least: most texts need no counting.
        self.0.len() > 2 * Limits::MAX_NESTING && self.nesting() > Limits::MAX_NESTING
    }

    pub(crate) fn from_value(value: &Value) -> Self {
        Self(value.to_string().into())
    }
}

impl Payload for Json {
    type Edit = Edit;

    fn byte_len(&self) -> usize {
        self.0.len()
    }

    fn nesting(&self) -> usize {
        check::nesting_of(&self.0)
    }

    fn is_object(&self) -> bool {
        self.0.trim_start().starts_with('{')
    }

    fn is_same_value(&self, other: &Self) -> bool {
        self.0 == other.0
            || self
                .to_value()
                .zip(other.to_value())
                .is_some_and(|(one, other)| same::same_value(&one, &other))
    }

    fn members_over(&self, under: &Self) -> Self {
        match (self.to_value(), under.to_value()) {
            (Some(Value::Object(over)), Some(Value::Object(mut joined))) => {
                joined.extend(over);
                Self::from_value(&Value::Object(joined))
            }
            // Too deep to be joined; it stays for the limits to refuse.
            (Some(_), None) => under.clone(),
            _ => self.clone(),
        }
    }

    fn edited(&self, edit: &Edit) -> Result<Self, String> {
        edit::edited(self.to_value().ok_or(TOO_DEEP)?, edit).map(|value| Self::from_value(&value))
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(raw.get()).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize) -> Json {
        let text = format!("{{\"a\":{}{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1));
        Json::parse(&text).expect("it is JSON")
    }

    #[test]
    fn what_the_limits_can_allow_is_read() {
        let deepest = nested(Limits::MAX_NESTING);
        assert!(deepest.to::<Value>().is_ok());
        assert!(deepest.is_same_value(&Json::from_checked(format!(" {deepest}"))));
        assert!(deepest.edited(&Edit::default()).is_ok());
    }

    #[test]
    fn what_would_overflow_the_stack_is_not_read() {
        let (shallow, deep) = (nested(2), nested(200_000));
        deep.to::<Value>().expect_err("it is too deep");
        deep.edited(&Edit::default()).expect_err("it is too deep");
        assert!(!deep.is_same_value(&Json::from_checked(format!(" {deep}"))));
        // Whichever side it is on, it is there to be refused.
        assert_eq!(deep.members_over(&shallow), deep);
        assert_eq!(shallow.members_over(&deep), deep);
    }
}

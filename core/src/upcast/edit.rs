use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A step as data, so that every language can read it. Applied in the order of the fields here.
///
/// A field that is absent is neither kept, renamed nor removed; that is no fault.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edit {
    /// Only these fields stay; absent, all do.
    pub keep: Option<Vec<FieldPath>>,
    /// Fields that move, from old to new; what stood at the new place is replaced.
    pub rename: Vec<(FieldPath, FieldPath)>,
    /// Fields that get a value where they have none; objects on the way to them are made.
    pub add: Vec<(FieldPath, Value)>,
    /// Fields that go.
    pub remove: Vec<FieldPath>,
}

/// A field, or with dots a field inside others: `customer.address.city`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct FieldPath {
    parents: Vec<String>,
    last: String,
}

impl FieldPath {
    /// The fields on the way, outermost first.
    pub fn parents(&self) -> impl Iterator<Item = &str> {
        self.parents.iter().map(String::as_str)
    }

    /// The field itself.
    pub fn last(&self) -> &str {
        &self.last
    }
}

impl From<&str> for FieldPath {
    fn from(path: &str) -> Self {
        match path.rsplit_once('.') {
            Some((parents, last)) => {
                Self { parents: parents.split('.').map(str::to_owned).collect(), last: last.to_owned() }
            }
            None => Self { parents: Vec::new(), last: path.to_owned() },
        }
    }
}

impl From<String> for FieldPath {
    fn from(path: String) -> Self {
        path.as_str().into()
    }
}

impl From<FieldPath> for String {
    fn from(path: FieldPath) -> Self {
        path.to_string()
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for parent in &self.parents {
            write!(f, "{parent}.")?;
        }
        f.write_str(&self.last)
    }
}

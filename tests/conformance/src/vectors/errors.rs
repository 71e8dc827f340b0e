//! The names and codes of all errors.

use onefold::{
    ClosedError, ConflictError, CursorError, DuplicateEventError, InvalidArgumentError, InvalidEventError,
    LimitExceededError, RegistryError, StoreError, StoreErrorKind, TerminatedError, UnknownEventError,
    UpcastError,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{Failure, check, equal};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    code: String,
    #[expect(dead_code, reason = "for languages with classes")]
    parent: Option<String>,
    #[expect(dead_code, reason = "for languages with classes")]
    attributes: Map<String, Value>,
    #[serde(default)]
    #[expect(dead_code, reason = "for languages with classes")]
    also: Map<String, Value>,
}

/// The vectors of `errors.json`: every error that this core knows has the code that they say.
///
/// # Errors
/// The error whose code differs.
pub fn codes() -> Result<(), Failure> {
    let mut vectors: Vec<Vector> = serde_json::from_str(include_str!("../../../vectors/errors.json"))?;
    let store = |kind| StoreError::new(kind, "").code();
    let codes = [
        ("ConflictError", ConflictError::CODE),
        ("DuplicateEventError", DuplicateEventError::CODE),
        ("InvalidEventError", InvalidEventError::CODE),
        ("InvalidArgumentError", InvalidArgumentError::CODE),
        ("LimitExceededError", LimitExceededError::CODE),
        ("UpcastError", UpcastError::CODE),
        ("UnknownEventError", UnknownEventError::CODE),
        ("RegistryError", RegistryError::CODE),
        ("CursorError", CursorError::CODE),
        ("TerminatedError", TerminatedError::CODE),
        ("ClosedError", ClosedError::CODE),
        ("StoreError", store(StoreErrorKind::Failed)),
        ("StoreUnavailableError", store(StoreErrorKind::Unavailable)),
        ("MigrationError", store(StoreErrorKind::Migration)),
    ];
    for (name, code) in codes {
        let place = vectors.iter().position(|vector| vector.name == name);
        let place = place.ok_or_else(|| Failure::new(format!("`{name}` is not in the vectors")))?;
        equal(name, code, vectors.swap_remove(place).code.as_str())?;
    }
    // The base class is for languages that have one.
    vectors.retain(|vector| vector.name != "OnefoldError");
    let unknown: Vec<_> = vectors.iter().map(|vector| vector.name.as_str()).collect();
    check(unknown.is_empty(), || format!("no error in Rust for {unknown:?}"))
}

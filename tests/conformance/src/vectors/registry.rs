//! Registries and all of their faults.

use onefold::{Json, RegistryBuilder, RegistrySpec};
use serde::Deserialize;
use serde_json::Value;

use super::{all_passed, compare::is_same};
use crate::{Failure, check};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    registry: RegistrySpec,
    faults: Vec<Value>,
}

/// The vectors of `registry/faults.json`.
///
/// # Errors
/// Every registry that failed, and how.
pub fn faults() -> Result<(), Failure> {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("../../../vectors/registry/faults.json"))?;
    let mut failures = Vec::new();
    for Vector { name, registry, faults } in vectors {
        if let Err(failure) = has_faults(registry, &faults) {
            failures.push(format!("`{name}`: {failure}"));
        }
    }
    all_passed(&failures)
}

fn has_faults(registry: RegistrySpec, expected: &[Value]) -> Result<(), Failure> {
    let found = match RegistryBuilder::<Json>::from_spec(registry).build() {
        Ok(_) => Vec::new(),
        Err(error) => error.faults,
    };
    let mut found: Vec<Value> = found.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
    for fault in expected {
        let place = found.iter().position(|found| covers(found, fault));
        let place = place.ok_or_else(|| Failure::new(format!("{fault} is not among {found:?}")))?;
        found.swap_remove(place);
    }
    check(found.is_empty(), || format!("there are faults that nobody expects: {found:?}"))
}

fn covers(found: &Value, expected: &Value) -> bool {
    let members = expected.as_object().into_iter().flatten();
    members.into_iter().all(|(name, value)| found.get(name).is_some_and(|found| is_same(found, value)))
}

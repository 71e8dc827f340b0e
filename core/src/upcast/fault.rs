use serde::Serialize;
use thiserror::Error;

use crate::envelope::EventType;
use crate::upcast::types::MAX_VERSION;

/// One thing wrong with a registry.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// A type or alias that is no name.
    #[error("`{name}` is no name: {reason}")]
    InvalidName {
        /// The text given.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A declared step that cannot be one.
    #[error("the step of `{event_type}` from version {from} cannot be: {reason}")]
    InvalidStep {
        /// The type.
        #[serde(rename = "type")]
        event_type: String,
        /// The version of the step.
        from: u32,
        /// What is wrong with it.
        reason: String,
    },
    /// A version below 1 or past 10,000.
    #[error("`{event_type}` has version {version}; versions go from 1 to {}", MAX_VERSION)]
    InvalidVersion {
        /// The type.
        #[serde(rename = "type", serialize_with = "as_text")]
        event_type: EventType,
        /// The version given.
        version: u32,
    },
    /// A type declared twice.
    #[error("`{event_type}` is declared twice")]
    DuplicateType {
        /// The type.
        #[serde(rename = "type", serialize_with = "as_text")]
        event_type: EventType,
    },
    /// An alias that is a type, or another type's alias.
    #[error("alias `{alias}` of `{event_type}` is the name of a type or an alias already")]
    AliasClash {
        /// The type.
        #[serde(rename = "type", serialize_with = "as_text")]
        event_type: EventType,
        /// Its alias.
        #[serde(serialize_with = "as_text")]
        alias: EventType,
    },
    /// An alias of a type that is not declared.
    #[error("`{event_type}` has the alias `{alias}`, but is not declared")]
    AliasWithoutType {
        /// The type.
        #[serde(rename = "type", serialize_with = "as_text")]
        event_type: EventType,
        /// Its alias.
        #[serde(serialize_with = "as_text")]
        alias: EventType,
    },
    /// A version that no step leads on from.
    #[error("`{event_type}` has no step from version {from}")]
    Gap {
        /// The type.
        #[serde(rename = "type", serialize_with = "as_text")]
        event_type: EventType,
        /// The version without a step.
        from: u32,
    },
    /// Two steps from one version.
    #[error("`{event_type}` has two steps from version {from}")]
    DuplicateStep {
        /// The type.
        #[serde(rename = "type", serialize_with = "as_text")]
        event_type: EventType,
        /// The version.
        from: u32,
    },
    /// A step from the current version or a later one.
    #[error("`{event_type}` has a step from version {from}, but its current version is {current}")]
    PastCurrent {
        /// The type.
        #[serde(rename = "type", serialize_with = "as_text")]
        event_type: EventType,
        /// The version of the step.
        from: u32,
        /// The type's current version.
        current: u32,
    },
    /// A step for a type that is not declared.
    #[error("`{event_type}` has a step from version {from}, but is not declared")]
    UnknownType {
        /// The type.
        #[serde(rename = "type", serialize_with = "as_text")]
        event_type: EventType,
        /// The version of the step.
        from: u32,
    },
    /// A declared split into a type, or a version of it, that is not declared.
    #[error(
        "the step of `{event_type}` from version {from} splits into `{target}`, which is not declared so"
    )]
    UnknownTarget {
        /// The type.
        #[serde(rename = "type", serialize_with = "as_text")]
        event_type: EventType,
        /// The version of the step.
        from: u32,
        /// The product's type.
        #[serde(serialize_with = "as_text")]
        target: EventType,
    },
    /// Declared splits that lead back to where they began.
    #[error("the splits of `{event_type}` from version {from} lead back to it")]
    Cycle {
        /// The type.
        #[serde(rename = "type", serialize_with = "as_text")]
        event_type: EventType,
        /// The version of the step.
        from: u32,
    },
}

/// All that is wrong with a registry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the registry has {} fault(s): {}", faults.len(), listed(faults))]
pub struct RegistryError {
    /// Every fault, in the order of declaration.
    pub faults: Vec<Fault>,
}

impl RegistryError {
    /// The stable code of this error, the same in every language.
    pub const CODE: &'static str = "registry";
}

fn listed(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn as_text<S: serde::Serializer>(name: &EventType, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(name.as_str())
}

use std::borrow::Cow;
use std::sync::Arc;

use thiserror::Error;

use crate::envelope::{EventId, EventType, StreamId, Version};
use crate::payload::JsonError;
use crate::store::ExpectedVersion;

/// The stream is at another version than the append expected; nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "stream `{stream_id}` is at version {actual}, expected {expected}; load it again, decide again and retry"
)]
pub struct ConflictError {
    /// The stream.
    pub stream_id: StreamId,
    /// What the caller expected.
    pub expected: ExpectedVersion,
    /// Where the stream is.
    pub actual: Version,
}

/// Ids that the store knows already, in a way that is no plain retry; nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}: {reason}; a retry must repeat the whole append as it was", listed(ids))]
pub struct DuplicateEventError {
    /// The ids in question, in the order of the append.
    pub ids: Vec<EventId>,
    /// In which way they are no plain retry.
    pub reason: Cow<'static, str>,
}

/// An event that cannot be stored as it is; nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("event {index} at `{path}`: {reason}")]
pub struct InvalidEventError {
    /// Which event of the append, from 0.
    pub index: usize,
    /// Where in the event: `data.items[3].price`.
    pub path: String,
    /// What is wrong there, and what to do.
    pub reason: String,
}

impl InvalidEventError {
    /// A fault at a path of the event, such as `data.items[3].price`.
    pub fn new(index: usize, path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { index, path: path.into(), reason: reason.into() }
    }

    /// A fault in a JSON value that is this field of the event.
    pub fn in_json(index: usize, field: &str, error: &JsonError) -> Self {
        Self::new(index, format!("{field}{}", error.path), error.reason.clone())
    }
}

/// An argument out of its range; nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("invalid `{argument}`: {reason}")]
pub struct InvalidArgumentError {
    /// The argument's name.
    pub argument: Cow<'static, str>,
    /// What is wrong with it, and what to do.
    pub reason: String,
}

impl InvalidArgumentError {
    /// A fault of the argument of this name.
    pub fn new(argument: impl Into<Cow<'static, str>>, reason: impl Into<String>) -> Self {
        Self { argument: argument.into(), reason: reason.into() }
    }
}

/// More than [`Limits`](crate::Limits) allow; nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{field}` has {actual} {unit}, the limit is {limit}; send less or raise the limit when the store is opened"
)]
pub struct LimitExceededError {
    /// Which field.
    pub field: &'static str,
    /// How much it may have.
    pub limit: usize,
    /// How much it has.
    pub actual: usize,
    /// Of what.
    pub unit: &'static str,
}

/// A stored event that the registry cannot bring to its current schema version.
#[derive(Clone, Debug, Error)]
#[error("cannot upcast `{event_type}` from schema version {schema_version}: {reason}")]
pub struct UpcastError {
    /// The type, as stored.
    pub event_type: EventType,
    /// The schema version at which it failed.
    pub schema_version: u32,
    /// Why, and what to do.
    pub reason: String,
    /// The error of a custom step.
    #[source]
    pub source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// A type that the registry does not know.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "the registry does not know `{event_type}`; declare it, or open the registry with unknown = skip or pass"
)]
pub struct UnknownEventError {
    /// The type.
    pub event_type: EventType,
}

/// A cursor that is malformed, of another store, or ahead of this one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("cursor `{cursor}` {reason}; start again from position 0 or from a cursor of this store")]
pub struct CursorError {
    /// The cursor, as given.
    pub cursor: String,
    /// What is wrong with it.
    pub reason: Cow<'static, str>,
}

/// A command for a stream whose decider says that it has ended.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("stream `{stream_id}` has ended at version {version}; it takes no more commands")]
pub struct TerminatedError {
    /// The stream.
    pub stream_id: StreamId,
    /// The version at which it ended.
    pub version: Version,
}

/// The store was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the store is closed; open it again")]
pub struct ClosedError;

macro_rules! codes {
    ($($name:ident = $code:literal),* $(,)?) => {
        $(impl $name {
            /// The stable code of this error, the same in every language.
            pub const CODE: &'static str = $code;
        })*
    };
}

codes! {
    ConflictError = "conflict",
    DuplicateEventError = "duplicate_event",
    InvalidEventError = "invalid_event",
    InvalidArgumentError = "invalid_argument",
    LimitExceededError = "limit_exceeded",
    UpcastError = "upcast",
    UnknownEventError = "unknown_event",
    CursorError = "cursor",
    TerminatedError = "terminated",
    ClosedError = "closed",
}

fn listed(ids: &[EventId]) -> String {
    match ids {
        [] => "no event id".into(),
        [id] => format!("event id `{id}`"),
        [first, .., last] => format!("{} event ids from `{first}` to `{last}`", ids.len()),
    }
}

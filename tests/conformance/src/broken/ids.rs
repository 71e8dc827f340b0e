//! Faults of idempotency: A5.

use std::borrow::Cow;

use onefold::{Appended, ConflictError, DuplicateEventError, Envelope, ExpectedVersion, Json, WriteError};

use super::{Append, Fault, Memory, fresh_id};

/// Stores known events a second time.
#[derive(Default)]
pub struct NoDuplicateCheck;

impl Fault for NoDuplicateCheck {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, mut events, expected } = append;
        let known = store.known(&events)?;
        for (event, known) in events.iter_mut().zip(known) {
            event.id = if known.is_some() { fresh_id() } else { event.id };
        }
        store.append(Append { stream_id, events, expected })
    }
}

/// Answers a retry with the current version and head instead of what they were.
#[derive(Default)]
pub struct DuplicateAtCurrentVersion;

impl Fault for DuplicateAtCurrentVersion {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, events, expected } = append;
        let appended = store.append(Append { stream_id, events, expected })?;
        if !appended.duplicate {
            return Ok(appended);
        }
        let (version, position) = (store.stream_version(stream_id)?, store.head()?);
        Ok(Appended { version, position, ..appended })
    }
}

/// Writes a retry no second time, but does not say that it was one.
#[derive(Default)]
pub struct DuplicateUnsaid;

impl Fault for DuplicateUnsaid {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        Ok(Appended { duplicate: false, ..store.append(append)? })
    }
}

/// Compares ids, and not what they stand for.
#[derive(Default)]
pub struct ContentNotCompared;

impl Fault for ContentNotCompared {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, mut events, expected } = append;
        let known = store.known(&events)?;
        for (event, known) in events.iter_mut().zip(known) {
            if let Some(known) = known {
                event.event_type = known.event_type;
                event.schema_version = known.schema_version;
                event.data = known.data;
            }
        }
        store.append(Append { stream_id, events, expected })
    }
}

/// Compares metadata too, so that an enricher breaks a retry.
#[derive(Default)]
pub struct MetadataCompared;

impl Fault for MetadataCompared {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        for (event, known) in append.events.iter().zip(store.known(&append.events)?) {
            if known.is_some_and(|known| known.metadata != event.metadata) {
                return Err(refused(&append.events).into());
            }
        }
        store.append(append)
    }
}

/// Compares data as text.
#[derive(Default)]
pub struct TextCompared;

impl Fault for TextCompared {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        for (event, known) in append.events.iter().zip(store.known(&append.events)?) {
            if known.is_some_and(|known| known.data.as_str() != event.data.as_str()) {
                return Err(refused(&append.events).into());
            }
        }
        store.append(append)
    }
}

/// Checks the version before it looks ids up: a retry is a conflict.
#[derive(Default)]
pub struct VersionCheckedFirst;

impl Fault for VersionCheckedFirst {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, events, expected } = append;
        let actual = store.stream_version(stream_id)?;
        if !expected.accepts(actual) {
            return Err(ConflictError { stream_id: stream_id.clone(), expected, actual }.into());
        }
        store.append(Append { stream_id, events, expected })
    }
}

/// Takes ids for unique within a stream only.
#[derive(Default)]
pub struct IdsPerStream;

impl Fault for IdsPerStream {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, mut events, expected } = append;
        let known = store.known(&events)?;
        for (event, known) in events.iter_mut().zip(known) {
            let elsewhere = known.is_some_and(|known| known.stream_id != *stream_id);
            event.id = if elsewhere { fresh_id() } else { event.id };
        }
        store.append(Append { stream_id, events, expected })
    }
}

/// Takes any known ids of the stream for a retry, whatever their order and what lies between.
#[derive(Default)]
pub struct AnyOrderOfIds;

impl Fault for AnyOrderOfIds {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, events, expected } = append;
        let known = store.known(&events)?;
        let last = known.iter().flatten().max_by_key(|event| event.version);
        match last {
            Some(last)
                if known
                    .iter()
                    .all(|event| event.as_ref().is_some_and(|event| event.stream_id == *stream_id)) =>
            {
                Ok(Appended {
                    version: last.version,
                    position: last.position,
                    duplicate: true,
                    recorded: None,
                })
            }
            _ => store.append(Append { stream_id, events, expected }),
        }
    }
}

/// Leaves known events out and writes the others.
#[derive(Default)]
pub struct KnownSkipped;

impl Fault for KnownSkipped {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, events, expected } = append;
        let known = store.known(&events)?;
        if known.iter().all(Option::is_some) {
            return store.append(Append { stream_id, events, expected });
        }
        let new = events.into_iter().zip(known).filter(|(_, known)| known.is_none()).map(|(event, _)| event);
        store.append(Append { stream_id, events: new.collect(), expected })
    }
}

/// Takes a retry at any expected version.
#[derive(Default)]
pub struct RetryAtAnyVersion;

impl Fault for RetryAtAnyVersion {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let retried = store.known(&append.events)?.iter().any(Option::is_some);
        let expected = if retried { ExpectedVersion::Any } else { append.expected };
        store.append(Append { expected, ..append })
    }
}

fn refused(events: &[Envelope<Json>]) -> DuplicateEventError {
    DuplicateEventError {
        ids: events.iter().map(|event| event.id).collect(),
        reason: Cow::Borrowed("are known"),
    }
}

//! What vectors cannot express: concurrency, restarts, and random operations against a model.

pub mod append;
pub mod closed;
pub mod execute;
pub mod model;
pub mod paging;
pub mod readers;
pub mod restart;

use onefold::{AppendOptions, EventId, EventType, ExpectedVersion, Json, NewEvent, ReadAll, StoredEvent};

use crate::Failure;

/// An event that tells who wrote it and which of its events it is.
fn event(writer: usize, number: usize) -> Result<NewEvent<Json>, Failure> {
    let data = Json::parse(&format!("{{\"writer\":{writer},\"number\":{number}}}"))?;
    Ok(NewEvent::new(EventType::new("Happened")?, data))
}

/// The same with an id that follows from these numbers.
fn event_with_id(writer: usize, number: usize) -> Result<NewEvent<Json>, Failure> {
    let id = u128::try_from(writer)? << 64 | u128::try_from(number)? << 16 | 0x7000 << 64;
    Ok(event(writer, number)?.with_id(EventId::new(uuid::Uuid::from_u128(id))))
}

fn expecting(expected: ExpectedVersion) -> AppendOptions {
    AppendOptions { expected_version: expected }
}

/// The whole store.
fn everything() -> ReadAll {
    ReadAll { limit: None, ..ReadAll::default() }
}

fn positions(events: &[StoredEvent<Json>]) -> Vec<u64> {
    events.iter().map(|event| event.position.get()).collect()
}

fn versions(events: &[StoredEvent<Json>]) -> Vec<u64> {
    events.iter().map(|event| event.version.get()).collect()
}

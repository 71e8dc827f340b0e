use std::borrow::Cow;

use crate::envelope::{Envelope, Position, StoredEvent, StreamId, Version};
use crate::error::DuplicateEventError;
use crate::payload::Payload;
use crate::store::ExpectedVersion;

/// What the ids of an append say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// None of them is known: go on with the version check.
    New,
    /// The append had succeeded before; this is what it came to.
    Repeated {
        /// The version of the stream after these events.
        version: Version,
        /// The position of the last of them.
        position: Position,
    },
}

/// Decides what an append's ids mean, given what the store has under each of them.
///
/// All of them stored in this stream, contiguous, in the same order and with the same content (and, for an
/// exact expected version, starting right after it) is a retry that succeeds again.
///
/// # Errors
/// [`DuplicateEventError`] for known ids in any other constellation.
pub fn replay<P: Payload>(
    stream_id: &StreamId,
    expected: ExpectedVersion,
    events: &[Envelope<P>],
    stored: &[Option<StoredEvent<P>>],
) -> Result<Replay, DuplicateEventError> {
    let known: Vec<_> = stored.iter().flatten().collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return Ok(Replay::New);
    };
    let refuse = |reason: &'static str| {
        let ids = known.iter().map(|event| event.id).collect();
        Err(DuplicateEventError { ids, reason: Cow::Borrowed(reason) })
    };
    if known.len() < events.len() {
        return refuse("already in the store, the append's other events are not");
    }
    if known.iter().any(|event| event.stream_id != *stream_id) {
        return refuse("already in the store, in another stream");
    }
    let versions = (0..).map(|index| first.version.plus(index));
    if known.iter().zip(versions).any(|(event, version)| event.version != version) {
        return refuse("already in the store, in another order or with others between");
    }
    if expected.exact().is_some_and(|expected| expected.next() != first.version) {
        return refuse("already in the store, at another version than expected");
    }
    if events.iter().zip(&known).any(|(event, stored)| !is_same_content(event, stored)) {
        return refuse("already in the store, with other content");
    }
    Ok(Replay::Repeated { version: last.version, position: last.position })
}

/// Metadata does not count: an enricher that runs again must not break a retry.
fn is_same_content<P: Payload>(event: &Envelope<P>, stored: &StoredEvent<P>) -> bool {
    event.event_type == stored.event_type
        && event.schema_version == stored.schema_version
        && event.data.is_same_value(&stored.data)
}

//! Appends: each is checked for itself, those of one moment are written together.

mod group;
mod one;
mod pace;
mod queue;
mod returns;
mod several;
mod writer;

use onefold::{
    Appended, ConflictError, Envelope, EventId, ExpectedVersion, Json, Replay, StoreError, StoreErrorKind,
    StreamId, Version, WriteError, replay,
};

use crate::append::group::{Outcome, Request};
pub(crate) use crate::append::writer::Writer;
use crate::pool::Pool;
use crate::read;
use crate::schema::SchemaName;

/// Appends to one stream.
///
/// By the contract ids are looked up before the version is checked. Nearly always none is known, and then the
/// unique index says so while the rows go in: a look of our own is needed only where something else is wrong.
pub(crate) async fn append(
    writer: &Writer,
    stream_id: &StreamId,
    events: Vec<Envelope<Json>>,
    expected: ExpectedVersion,
) -> Result<Appended, WriteError> {
    if events.is_empty() {
        return check(writer, stream_id, expected).await;
    }
    let request = Request { stream_id: stream_id.clone(), events: events.into(), expected };
    match writer.write(request.clone()).await? {
        Outcome::Written(appended) => Ok(appended),
        Outcome::Refused { actual } => {
            let repeated = repeated(writer.pool(), writer.schema(), &request).await?;
            repeated.ok_or_else(|| conflict(stream_id, expected, actual))
        }
        Outcome::Known => {
            let repeated = repeated(writer.pool(), writer.schema(), &request).await?;
            let unexplained = "an event id was refused, but is not stored; try again with the same event ids";
            repeated.ok_or_else(|| StoreError::new(StoreErrorKind::Unavailable, unexplained).into())
        }
    }
}

/// An append of nothing.
async fn check(
    writer: &Writer,
    stream_id: &StreamId,
    expected: ExpectedVersion,
) -> Result<Appended, WriteError> {
    let (version, position) = read::stream_head(writer.pool(), writer.schema(), stream_id).await?;
    if !expected.accepts(version) {
        return Err(conflict(stream_id, expected, version));
    }
    Ok(Appended { version, position, duplicate: false, recorded: None })
}

/// What the append came to when it was made before; none where no id is known.
async fn repeated(
    pool: &Pool,
    schema: &SchemaName,
    request: &Request,
) -> Result<Option<Appended>, WriteError> {
    let ids: Vec<EventId> = request.events.iter().map(|event| event.id).collect();
    let stored = read::by_ids(pool, schema, &ids).await?;
    Ok(match replay(&request.stream_id, request.expected, &request.events, &stored)? {
        Replay::New => None,
        Replay::Repeated { version, position } => {
            Some(Appended { version, position, duplicate: true, recorded: None })
        }
    })
}

fn conflict(stream_id: &StreamId, expected: ExpectedVersion, actual: Version) -> WriteError {
    ConflictError { stream_id: stream_id.clone(), expected, actual }.into()
}

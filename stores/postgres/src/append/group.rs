use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::ClientWrapper;
use onefold::{Appended, Envelope, ExpectedVersion, Json, Position, Recorded, StreamId, Version};
use tokio_postgres::Error;

use crate::append::{one, several};
use crate::pool::Pool;
use crate::rows::{Moment, integer};
use crate::schema::SchemaName;

/// What a caller wants written: at least one event.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) stream_id: StreamId,
    pub(super) events: Arc<[Envelope<Json>]>,
    pub(super) expected: ExpectedVersion,
}

/// What became of a request.
pub(super) enum Outcome {
    /// It is stored.
    Written(Appended),
    /// The stream is not as expected; nothing was written.
    Refused {
        /// Where the stream is.
        actual: Version,
    },
    /// An id among the events is known; nothing was written.
    Known,
}

/// What appends to the tables of a store: it is long, and so made once.
pub(super) struct Statements {
    one: one::Statements,
    several: String,
}

impl Statements {
    pub(super) fn of(schema: &SchemaName) -> Self {
        Self { one: one::Statements::of(schema), several: several::statement(schema) }
    }
}

/// What became of a group.
pub(super) struct Written {
    /// Of each request, in order.
    pub(super) outcomes: Vec<Outcome>,
    /// What the server worked on it, without the flush.
    pub(super) worked: Duration,
}

/// Writes requests to different streams, which ascend, in one transaction, each for itself. Gives what became of
/// them.
///
/// # Errors
/// Nothing was written, unless the connection was lost: then it is not known.
pub(super) async fn write(
    pool: &Pool,
    client: &ClientWrapper,
    statements: &Statements,
    requests: &[&Request],
) -> Result<Written, Error> {
    // The statement for one event is quick to run, but slow to plan.
    if pool.keeps_plans()
        && let [request] = requests
        && let [event] = &*request.events
    {
        return one::write(pool, client, &statements.one, request, event).await;
    }
    several::write(pool, client, &statements.several, requests).await
}

/// An expected version as statements take it.
pub(super) fn expected(expected: ExpectedVersion) -> i64 {
    match expected {
        ExpectedVersion::Any => -1,
        ExpectedVersion::StreamExists => -2,
        ExpectedVersion::NoStream => 0,
        ExpectedVersion::Exact(version) => integer(version.get()),
    }
}

pub(super) fn written(before: Version, positions: RangeInclusive<u64>, recorded_at: Moment) -> Outcome {
    let position = Position::new(*positions.end());
    let positions: Vec<_> = positions.map(Position::new).collect();
    Outcome::Written(Appended {
        version: before.plus(positions.len() as u64),
        position,
        duplicate: false,
        recorded: Some(Recorded { recorded_at: recorded_at.0, positions }),
    })
}

use std::ops::RangeInclusive;
use std::sync::Arc;

use deadpool_postgres::ClientWrapper;
use onefold::{Appended, Envelope, ExpectedVersion, Json, Position, Recorded, StreamId, Version};
use tokio_postgres::Error;

use crate::append::arguments::{Columns, One};
use crate::pool::Pool;
use crate::rows::Moment;
use crate::schema::SchemaName;
use crate::session::Plan;

const APPEND: &str = "SELECT versions, accepted, before, recorded_at \
     FROM {schema}.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const APPEND_ONE: &str = "SELECT ARRAY[version], ARRAY[accepted], before, recorded_at \
     FROM {schema}.append_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

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

/// Writes requests to different streams in one transaction, each for itself, and gives their outcomes in order.
///
/// # Errors
/// Nothing was written, unless the connection was lost: then it is not known.
pub(super) async fn write(
    pool: &Pool,
    client: &ClientWrapper,
    schema: &SchemaName,
    requests: &[&Request],
) -> Result<Vec<Outcome>, Error> {
    let rows = if let [request] = requests
        && let [event] = &*request.events
    {
        let one = One::of(request, event);
        pool.run(client, Plan::Kept, &schema.fill(APPEND_ONE), &one.params()).await?
    } else {
        let columns = Columns::of(requests);
        pool.run(client, Plan::Kept, &schema.fill(APPEND), &columns.params()).await?
    };
    let mut outcomes = Vec::with_capacity(requests.len());
    for row in rows {
        let versions: Vec<i64> = row.try_get(0)?;
        let accepted: Vec<bool> = row.try_get(1)?;
        let mut position = row.try_get::<_, Option<i64>>(2)?.unwrap_or_default().unsigned_abs();
        let recorded_at = row.try_get::<_, Option<Moment>>(3)?;
        for ((request, version), accepted) in requests.iter().zip(versions).zip(accepted) {
            let before = Version::new(version.unsigned_abs());
            let first = position + 1;
            position += request.events.len() as u64;
            outcomes.push(match recorded_at {
                Some(recorded_at) if accepted => written(before, first..=position, recorded_at),
                _ => Outcome::Refused { actual: before },
            });
        }
    }
    Ok(outcomes)
}

fn written(before: Version, positions: RangeInclusive<u64>, recorded_at: Moment) -> Outcome {
    let position = Position::new(*positions.end());
    let positions: Vec<_> = positions.map(Position::new).collect();
    Outcome::Written(Appended {
        version: before.plus(positions.len() as u64),
        position,
        duplicate: false,
        recorded: Some(Recorded { recorded_at: recorded_at.0, positions }),
    })
}

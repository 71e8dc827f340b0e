use std::error::Error;
use std::time::Duration;

use onefold::{
    EventId, EventType, Json, Metadata, Position, StoreError, StoreErrorKind, StoredEvent, StreamId,
    Timestamp, Version,
};
use tokio_postgres::Row;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};
use uuid::Uuid;

use crate::pool::Pool;
use crate::session::Plan;
use crate::text::unescaped;

/// From 1970, where ours begin, to 2000, where PostgreSQL's do, in microseconds.
const MICROS_TO_2000: i64 = 946_684_800_000_000;
/// PostgreSQL takes what is further back or ahead for infinite or out of its range.
const MOMENTS: std::ops::RangeInclusive<i64> = -211_000_000_000_000_000..=9_223_371_331_199_999_999;

/// What a statement selects for [`event`], in its order.
pub(crate) const EVENT_COLUMNS: &str = "SELECT position, stream_id, version, id, type, schema_version, \
     recorded_at, correlation_id, causation_id, tenant, extra, data FROM {schema}.events ";

/// Reads events by a statement that selects [`EVENT_COLUMNS`].
pub(crate) async fn events(
    pool: &Pool,
    plan: Plan,
    sql: &str,
    params: &[(&(dyn ToSql + Sync), Type)],
) -> Result<Vec<StoredEvent<Json>>, StoreError> {
    let events = pool.read_as(plan, sql, params, |row| event(&row)).await?;
    events.into_iter().collect::<Result<_, _>>().map_err(damaged)
}

/// A column that counts something.
pub(crate) fn number(row: &Row, column: usize) -> Result<u64, tokio_postgres::Error> {
    Ok(row.try_get::<_, i64>(column)?.unsigned_abs())
}

/// From the moment in a column to the one in the next.
pub(crate) fn elapsed(row: &Row, column: usize) -> Result<Duration, tokio_postgres::Error> {
    let moment = |column| Ok::<_, tokio_postgres::Error>(row.try_get::<_, Moment>(column)?.0.as_micros());
    Ok(Duration::from_micros(moment(column + 1)?.saturating_sub(moment(column)?).try_into().unwrap_or(0)))
}

/// A number as PostgreSQL holds it. Ours end at 2^53 - 1.
pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn limit(limit: Option<usize>) -> Option<i64> {
    limit.map(|limit| i64::try_from(limit).unwrap_or(i64::MAX))
}

/// A row that holds what the store never writes.
pub(crate) fn damaged(error: tokio_postgres::Error) -> StoreError {
    let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let fault = format!("a row of the store is damaged: {cause}; restore it from a backup");
    StoreError::new(StoreErrorKind::Failed, fault).caused_by(error)
}

fn event(row: &Row) -> Result<StoredEvent<Json>, tokio_postgres::Error> {
    Ok(StoredEvent {
        position: Position::new(number(row, 0)?),
        stream_id: StreamId::from_stored(row.try_get::<_, &str>(1)?),
        version: Version::new(number(row, 2)?),
        id: EventId::new(row.try_get::<_, Uuid>(3)?),
        event_type: EventType::from_stored(row.try_get::<_, &str>(4)?),
        schema_version: u32::try_from(number(row, 5)?).unwrap_or(u32::MAX),
        recorded_at: row.try_get::<_, Moment>(6)?.0,
        part: 0,
        metadata: Metadata {
            correlation_id: row.try_get::<_, Option<&str>>(7)?.map(unescaped),
            causation_id: row.try_get::<_, Option<&str>>(8)?.map(unescaped),
            tenant: row.try_get::<_, Option<&str>>(9)?.map(unescaped),
            extra: row.try_get::<_, Option<JsonText>>(10)?.map(|text| text.0),
        },
        data: row.try_get::<_, JsonText>(11)?.0,
    })
}

/// The text of a `json` column, as it was written.
#[derive(Debug)]
pub(crate) struct JsonText(pub(crate) Json);

impl<'a> FromSql<'a> for JsonText {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Json::from_checked(std::str::from_utf8(raw)?)))
    }

    accepts!(JSON);
}

/// A `timestamptz`, which like ours counts microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl<'a> FromSql<'a> for Moment {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let micros = i64::from_be_bytes(raw.try_into()?);
        Ok(Self(Timestamp::from_micros(micros.saturating_add(MICROS_TO_2000))))
    }

    accepts!(TIMESTAMPTZ);
}

impl ToSql for Moment {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let micros = self.0.as_micros().saturating_sub(MICROS_TO_2000);
        out.extend_from_slice(&micros.clamp(*MOMENTS.start(), *MOMENTS.end()).to_be_bytes());
        Ok(IsNull::No)
    }

    accepts!(TIMESTAMPTZ);
    to_sql_checked!();
}

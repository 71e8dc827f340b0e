//! Events to several streams, or several events to one, by one call of `append` in the schema.

use std::borrow::Cow;
use std::time::Duration;

use deadpool_postgres::ClientWrapper;
use onefold::{Envelope, EventType, Json, Version};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, Row};
use uuid::Uuid;

use crate::append::group::{Outcome, Request, Written, expected, written};
use crate::pool::Pool;
use crate::rows::{Moment, elapsed, integer};
use crate::schema::SchemaName;
use crate::session::Plan;
use crate::text::escaped;

const APPEND: &str = "SELECT versions, accepted, before, recorded_at, statement_timestamp(), clock_timestamp() \
     FROM {schema}.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

/// The statement for the tables of a store.
pub(super) fn statement(schema: &SchemaName) -> String {
    schema.fill(APPEND)
}

/// The streams ascend, so that two groups never wait for each other in a circle.
pub(super) async fn write(
    pool: &Pool,
    client: &ClientWrapper,
    statement: &str,
    requests: &[&Request],
) -> Result<Written, Error> {
    let columns = Columns::of(requests);
    let rows = pool.run(client, Plan::Kept, statement, &columns.params()).await?;
    let Some(row) = rows.first() else {
        return Ok(Written { outcomes: Vec::new(), worked: Duration::ZERO });
    };
    Ok(Written { outcomes: outcomes(row, requests)?, worked: elapsed(row, 4)? })
}

fn outcomes(row: &Row, requests: &[&Request]) -> Result<Vec<Outcome>, Error> {
    let versions: Vec<i64> = row.try_get(0)?;
    let accepted: Vec<bool> = row.try_get(1)?;
    let mut position = row.try_get::<_, Option<i64>>(2)?.unwrap_or_default().unsigned_abs();
    let recorded_at = row.try_get::<_, Option<Moment>>(3)?;
    let mut outcomes = Vec::with_capacity(requests.len());
    for ((request, version), accepted) in requests.iter().zip(versions).zip(accepted) {
        let before = Version::new(version.unsigned_abs());
        let first = position + 1;
        position += request.events.len() as u64;
        outcomes.push(match recorded_at {
            Some(recorded_at) if accepted => written(before, first..=position, recorded_at),
            _ => Outcome::Refused { actual: before },
        });
    }
    Ok(outcomes)
}

/// The arguments of `append` in the schema: arrays by stream, then arrays by event.
#[derive(Default)]
struct Columns<'r> {
    streams: Vec<&'r str>,
    expected: Vec<i64>,
    counts: Vec<i64>,
    of: Vec<i32>,
    nth: Vec<i32>,
    ids: Vec<Uuid>,
    types: Vec<&'r str>,
    schema_versions: Vec<i64>,
    categories: Vec<&'r str>,
    tenants: Vec<Option<Cow<'r, str>>>,
    correlation_ids: Vec<Option<Cow<'r, str>>>,
    causation_ids: Vec<Option<Cow<'r, str>>>,
    extras: Vec<Option<&'r str>>,
    datas: Vec<&'r str>,
}

impl<'r> Columns<'r> {
    fn of(requests: &[&'r Request]) -> Self {
        let mut columns = Self::default();
        for (place, request) in (1..).zip(requests) {
            columns.streams.push(request.stream_id.as_str());
            columns.expected.push(expected(request.expected));
            columns.counts.push(integer(request.events.len() as u64));
            for (nth, event) in (1..).zip(request.events.iter()) {
                columns.of.push(place);
                columns.nth.push(nth);
                columns.categories.push(request.stream_id.category());
                columns.push(event);
            }
        }
        columns
    }

    fn push(&mut self, event: &'r Envelope<Json>) {
        self.ids.push(event.id.uuid());
        self.types.push(EventType::as_str(&event.event_type));
        self.schema_versions.push(event.schema_version.into());
        self.tenants.push(event.metadata.tenant.as_deref().map(escaped));
        self.correlation_ids.push(event.metadata.correlation_id.as_deref().map(escaped));
        self.causation_ids.push(event.metadata.causation_id.as_deref().map(escaped));
        self.extras.push(event.metadata.extra.as_ref().map(Json::as_str));
        self.datas.push(event.data.as_str());
    }

    fn params(&self) -> [(&(dyn ToSql + Sync), Type); 14] {
        [
            (&self.streams, Type::TEXT_ARRAY),
            (&self.expected, Type::INT8_ARRAY),
            (&self.counts, Type::INT8_ARRAY),
            (&self.of, Type::INT4_ARRAY),
            (&self.nth, Type::INT4_ARRAY),
            (&self.ids, Type::UUID_ARRAY),
            (&self.types, Type::TEXT_ARRAY),
            (&self.schema_versions, Type::INT8_ARRAY),
            (&self.categories, Type::TEXT_ARRAY),
            (&self.tenants, Type::TEXT_ARRAY),
            (&self.correlation_ids, Type::TEXT_ARRAY),
            (&self.causation_ids, Type::TEXT_ARRAY),
            (&self.extras, Type::TEXT_ARRAY),
            (&self.datas, Type::TEXT_ARRAY),
        ]
    }
}

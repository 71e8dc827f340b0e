//! One event to one stream, by one statement: what `append` in the schema does, without what it needs for several.

use std::borrow::Cow;
use std::time::Duration;

use deadpool_postgres::ClientWrapper;
use onefold::{Envelope, EventType, Json, Version};
use tokio_postgres::Error;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use crate::append::group::{Outcome, Request, Written, expected, written};
use crate::pool::Pool;
use crate::rows::{Moment, elapsed, number};
use crate::schema::SchemaName;
use crate::session::Plan;
use crate::text::escaped;

/// The stream is checked, locked and raised in one step; it gives its version after the event.
const RAISE: &str = "UPDATE {schema}.streams SET version = version + 1 \
     WHERE stream_id = $1 AND $2 IN (-2, version) RETURNING version";
/// Does so with a stream that need not exist.
const RAISE_OR_BEGIN: &str = "INSERT INTO {schema}.streams AS streams (stream_id, version) VALUES ($1, 1) \
     ON CONFLICT (stream_id) DO UPDATE SET version = streams.version + 1 WHERE $2 = -1 RETURNING version";
/// Each step needs the one before it, and so comes after it: the stream, the position, the event.
const INSERT: &str = "WITH stream AS ({raise}), taken AS MATERIALIZED (\
         SELECT version, {schema}.take_positions(1) AS before, clock_timestamp() AS now FROM stream\
     ) \
     INSERT INTO {schema}.events (position, stream_id, version, id, type, schema_version, recorded_at, category, \
         tenant, correlation_id, causation_id, extra, data) \
     SELECT before + 1, $1, version, $3, $4, $5, now, $6, $7, $8, $9, $10::text::json, $11::text::json FROM taken \
     RETURNING version, position, recorded_at, statement_timestamp(), clock_timestamp()";

const VERSION: &str = "SELECT version FROM {schema}.streams WHERE stream_id = $1";

/// For the tables of a store.
pub(super) struct Statements {
    insert: String,
    insert_or_begin: String,
    version: String,
}

impl Statements {
    pub(super) fn of(schema: &SchemaName) -> Self {
        let insert = |raise| schema.fill(&INSERT.replace("{raise}", raise));
        Self { insert: insert(RAISE), insert_or_begin: insert(RAISE_OR_BEGIN), version: schema.fill(VERSION) }
    }
}

pub(super) async fn write(
    pool: &Pool,
    client: &ClientWrapper,
    statements: &Statements,
    request: &Request,
    event: &Envelope<Json>,
) -> Result<Written, Error> {
    let may_begin = request.expected.accepts(Version::ZERO);
    let insert = if may_begin { &statements.insert_or_begin } else { &statements.insert };
    let row = Row::of(request, event);
    loop {
        if let Some(inserted) = pool.run(client, Plan::Kept, insert, &row.params()).await?.first() {
            let before = Version::new(number(inserted, 0)? - 1);
            let position = number(inserted, 1)?;
            let outcome = written(before, position..=position, inserted.try_get::<_, Moment>(2)?);
            return Ok(Written { outcomes: vec![outcome], worked: elapsed(inserted, 3)? });
        }
        let stream = pool.run(client, Plan::Kept, &statements.version, &[(&row.stream, Type::TEXT)]).await?;
        let actual = stream.first().map_or(Ok(0), |row| number(row, 0))?;
        // Others may have brought it there in the meantime.
        if !request.expected.accepts(Version::new(actual)) {
            let refused = Outcome::Refused { actual: Version::new(actual) };
            return Ok(Written { outcomes: vec![refused], worked: Duration::ZERO });
        }
    }
}

/// The parameters of the statement.
struct Row<'r> {
    stream: &'r str,
    expected: i64,
    id: Uuid,
    event_type: &'r str,
    schema_version: i64,
    category: &'r str,
    tenant: Option<Cow<'r, str>>,
    correlation_id: Option<Cow<'r, str>>,
    causation_id: Option<Cow<'r, str>>,
    extra: Option<&'r str>,
    data: &'r str,
}

impl<'r> Row<'r> {
    fn of(request: &'r Request, event: &'r Envelope<Json>) -> Self {
        Self {
            stream: request.stream_id.as_str(),
            expected: expected(request.expected),
            id: event.id.uuid(),
            event_type: EventType::as_str(&event.event_type),
            schema_version: event.schema_version.into(),
            category: request.stream_id.category(),
            tenant: event.metadata.tenant.as_deref().map(escaped),
            correlation_id: event.metadata.correlation_id.as_deref().map(escaped),
            causation_id: event.metadata.causation_id.as_deref().map(escaped),
            extra: event.metadata.extra.as_ref().map(Json::as_str),
            data: event.data.as_str(),
        }
    }

    fn params(&self) -> [(&(dyn ToSql + Sync), Type); 11] {
        [
            (&self.stream, Type::TEXT),
            (&self.expected, Type::INT8),
            (&self.id, Type::UUID),
            (&self.event_type, Type::TEXT),
            (&self.schema_version, Type::INT8),
            (&self.category, Type::TEXT),
            (&self.tenant, Type::TEXT),
            (&self.correlation_id, Type::TEXT),
            (&self.causation_id, Type::TEXT),
            (&self.extra, Type::TEXT),
            (&self.data, Type::TEXT),
        ]
    }
}

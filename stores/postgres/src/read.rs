use onefold::{EventId, Json, Position, StoreError, StoredEvent, StreamId, StreamRange, Version};
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::pool::Pool;
use crate::rows::{EVENT_COLUMNS, damaged, events, integer, limit, number};
use crate::schema::SchemaName;
use crate::session::Plan;

pub(crate) async fn stream(
    pool: &Pool,
    schema: &SchemaName,
    stream_id: &StreamId,
    range: StreamRange,
) -> Result<Vec<StoredEvent<Json>>, StoreError> {
    let (condition, all) = if range.backwards {
        ("WHERE stream_id = $1 AND version <= $2 ORDER BY version DESC LIMIT $3", Version::MAX)
    } else {
        ("WHERE stream_id = $1 AND version >= $2 ORDER BY version LIMIT $3", Version::ZERO)
    };
    let sql = schema.fill(&format!("{EVENT_COLUMNS}{condition}"));
    let from = integer(range.from.unwrap_or(all).get());
    let limit = limit(range.limit);
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] =
        [(&stream_id.as_str(), Type::TEXT), (&from, Type::INT8), (&limit, Type::INT8)];
    events(pool, Plan::Kept, &sql, &params).await
}

/// Where a stream ends: the version and position of its last event, both 0 where it does not exist.
pub(crate) async fn stream_head(
    pool: &Pool,
    schema: &SchemaName,
    stream_id: &StreamId,
) -> Result<(Version, Position), StoreError> {
    let sql = schema.fill(
        "SELECT version, position FROM {schema}.events WHERE stream_id = $1 ORDER BY version DESC LIMIT 1",
    );
    let rows = pool.read(Plan::Kept, &sql, &[(&stream_id.as_str(), Type::TEXT)]).await?;
    let Some(row) = rows.first() else {
        return Ok((Version::ZERO, Position::ZERO));
    };
    let (version, position) = (number(row, 0).map_err(damaged)?, number(row, 1).map_err(damaged)?);
    Ok((Version::new(version), Position::new(position)))
}

/// The position of the last event that a reader may see.
pub(crate) async fn head(pool: &Pool, schema: &SchemaName) -> Result<Position, StoreError> {
    let readable = readable(pool, schema).await?;
    let sql = schema.fill("SELECT coalesce(max(position), 0) FROM {schema}.events WHERE position <= $1");
    position(&pool.read(Plan::Kept, &sql, &[(&readable, Type::INT8)]).await?)
}

/// The last position that was given out, to an event that readers may see later or never.
pub(crate) async fn last_position(pool: &Pool, schema: &SchemaName) -> Result<Position, StoreError> {
    let sql = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {schema}.positions";
    position(&pool.read(Plan::Kept, &schema.fill(sql), &[]).await?)
}

/// Up to where a reader may read in a statement that comes after this one: see `readable` in the schema.
pub(crate) async fn readable(pool: &Pool, schema: &SchemaName) -> Result<i64, StoreError> {
    let rows = pool.read(Plan::Kept, &schema.fill("SELECT {schema}.readable()"), &[]).await?;
    Ok(integer(position(&rows)?.get()))
}

/// The events of these ids, in the order of the ids.
pub(crate) async fn by_ids(
    pool: &Pool,
    schema: &SchemaName,
    ids: &[EventId],
) -> Result<Vec<Option<StoredEvent<Json>>>, StoreError> {
    let uuids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let sql = schema.fill(&format!("{EVENT_COLUMNS}WHERE id = ANY ($1)"));
    let found = events(pool, Plan::Kept, &sql, &[(&uuids, Type::UUID_ARRAY)]).await?;
    let mut by_id: std::collections::HashMap<_, _> =
        found.into_iter().map(|event| (event.id, event)).collect();
    Ok(ids.iter().map(|id| by_id.remove(id)).collect())
}

fn position(rows: &[tokio_postgres::Row]) -> Result<Position, StoreError> {
    let number = rows.first().map_or(Ok(0), |row| number(row, 0)).map_err(damaged)?;
    Ok(Position::new(number))
}

use onefold::{Json, Snapshot, StoreError, StreamId, Version};
use tokio_postgres::types::{ToSql, Type};

use crate::pool::Pool;
use crate::rows::{JsonText, damaged, integer, number};
use crate::schema::SchemaName;
use crate::session::Plan;
use crate::text::escaped;

const LOAD: &str =
    "SELECT state_version, version, state FROM {schema}.snapshots WHERE stream_id = $1 AND name = $2";

/// An older snapshot never overwrites a newer.
const SAVE: &str = "INSERT INTO {schema}.snapshots AS kept (stream_id, name, state_version, version, state) \
     VALUES ($1, $2, $3, $4, $5::json) ON CONFLICT (stream_id, name) DO UPDATE SET \
     state_version = excluded.state_version, version = excluded.version, state = excluded.state \
     WHERE (excluded.state_version, excluded.version) > (kept.state_version, kept.version)";

pub(crate) async fn load(
    pool: &Pool,
    schema: &SchemaName,
    stream_id: &StreamId,
    name: &str,
) -> Result<Option<Snapshot<Json>>, StoreError> {
    let params: [(&(dyn ToSql + Sync), Type); 2] =
        [(&stream_id.as_str(), Type::TEXT), (&escaped(name), Type::TEXT)];
    let rows = pool.read(Plan::Kept, &schema.fill(LOAD), &params).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    Ok(Some(Snapshot {
        stream_id: stream_id.clone(),
        name: name.to_owned(),
        state_version: u32::try_from(number(row, 0).map_err(damaged)?).unwrap_or(u32::MAX),
        version: Version::new(number(row, 1).map_err(damaged)?),
        state: row.try_get::<_, JsonText>(2).map_err(damaged)?.0,
    }))
}

pub(crate) async fn save(
    pool: &Pool,
    schema: &SchemaName,
    snapshot: &Snapshot<Json>,
) -> Result<(), StoreError> {
    let params: [(&(dyn ToSql + Sync), Type); 5] = [
        (&snapshot.stream_id.as_str(), Type::TEXT),
        (&escaped(&snapshot.name), Type::TEXT),
        (&i64::from(snapshot.state_version), Type::INT8),
        (&integer(snapshot.version.get()), Type::INT8),
        (&snapshot.state.as_str(), Type::TEXT),
    ];
    // Saving twice does no harm either.
    pool.read(Plan::Kept, &schema.fill(SAVE), &params).await?;
    Ok(())
}

use onefold::{EventId, Position, StoreError, StoredEvent, StreamId, StreamRange, Version};

use crate::connection::Connection;
use crate::driver::{Driver, Param};
use crate::rows::{EventRows, event_columns, integer, number};

pub(crate) fn stream<D: Driver>(
    connection: &Connection<D>,
    stream_id: &StreamId,
    range: StreamRange,
) -> Result<Vec<StoredEvent<D::Payload>>, StoreError> {
    let (sql, all) = if range.backwards {
        (
            concat!(
                event_columns!(),
                "WHERE stream_id = ?1 AND version <= ?2 ORDER BY version DESC LIMIT ?3"
            ),
            Version::MAX,
        )
    } else {
        (
            concat!(event_columns!(), "WHERE stream_id = ?1 AND version >= ?2 ORDER BY version LIMIT ?3"),
            Version::ZERO,
        )
    };
    let params = [
        Param::Text(stream_id.as_str()),
        Param::Integer(integer(range.from.unwrap_or(all).get())),
        limit(range.limit),
    ];
    events(connection, sql, &params)
}

pub(crate) fn stream_version<D: Driver>(
    connection: &Connection<D>,
    stream_id: &StreamId,
) -> Result<Version, StoreError> {
    let version = connection.query_one(
        "SELECT version FROM events WHERE stream_id = ?1 ORDER BY version DESC LIMIT 1",
        &[Param::Text(stream_id.as_str())],
        |row| number(row, 0),
    )?;
    Ok(version.map_or(Version::ZERO, Version::new))
}

pub(crate) fn head<D: Driver>(connection: &Connection<D>) -> Result<Position, StoreError> {
    let position =
        connection.query_one("SELECT coalesce(max(position), 0) FROM events", &[], |row| number(row, 0))?;
    Ok(position.map_or(Position::ZERO, Position::new))
}

pub(crate) fn event<D: Driver>(
    connection: &Connection<D>,
    id: EventId,
) -> Result<Option<StoredEvent<D::Payload>>, StoreError> {
    let found =
        events(connection, concat!(event_columns!(), "WHERE id = ?1"), &[Param::Blob(id.as_bytes())])?;
    Ok(found.into_iter().next())
}

pub(crate) fn events<D: Driver>(
    connection: &Connection<D>,
    sql: &str,
    params: &[Param<'_, D::Payload>],
) -> Result<Vec<StoredEvent<D::Payload>>, StoreError> {
    let mut rows = EventRows::new();
    connection.query(sql, params, |row| rows.push(row))?;
    Ok(rows.events)
}

pub(crate) fn limit<'p, P>(limit: Option<usize>) -> Param<'p, P> {
    // To SQLite, -1 is no limit.
    Param::Integer(limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX)))
}

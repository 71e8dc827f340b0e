use onefold::{Snapshot, StoreError, StreamId, Version};

use crate::connection::Connection;
use crate::driver::{Driver, Param, Row};
use crate::rows::{integer, number};

const LOAD: &str = "SELECT state_version, version, state FROM snapshots WHERE stream_id = ?1 AND name = ?2";

/// An older snapshot never overwrites a newer.
const SAVE: &str = "INSERT INTO snapshots (stream_id, name, state_version, version, state) \
     VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (stream_id, name) DO UPDATE SET \
     state_version = excluded.state_version, version = excluded.version, state = excluded.state \
     WHERE (excluded.state_version, excluded.version) > (state_version, version)";

pub(crate) fn load<D: Driver>(
    connection: &Connection<D>,
    stream_id: &StreamId,
    name: &str,
) -> Result<Option<Snapshot<D::Payload>>, StoreError> {
    connection.query_one(LOAD, &[Param::Text(stream_id.as_str()), Param::Text(name)], |row| {
        Ok(Snapshot {
            stream_id: stream_id.clone(),
            name: name.to_owned(),
            state_version: number(row, 0)?,
            version: Version::new(number(row, 1)?),
            state: row.payload(2)?,
        })
    })
}

pub(crate) fn save<D: Driver>(
    connection: &Connection<D>,
    snapshot: &Snapshot<D::Payload>,
) -> Result<(), StoreError> {
    connection.execute(
        SAVE,
        &[
            Param::Text(snapshot.stream_id.as_str()),
            Param::Text(&snapshot.name),
            Param::Integer(snapshot.state_version.into()),
            Param::Integer(integer(snapshot.version.get())),
            Param::Payload(&snapshot.state),
        ],
    )
}

use onefold::{
    Appended, ConflictError, Envelope, ExpectedVersion, Position, Recorded, Replay, StoreError, StreamId,
    Timestamp, Version, WriteError, replay,
};

use crate::connection::Connection;
use crate::driver::{Driver, DriverError, Fault, Param};
use crate::read;
use crate::rows::{integer, number};

/// One row: the last position of the store, then the version and position of the stream's last event.
const HEADS: &str = "SELECT coalesce((SELECT max(position) FROM events), 0), \
     coalesce(max(version), 0), coalesce(position, 0) FROM events WHERE stream_id = ?1";

const INSERT: &str = "INSERT INTO events (position, stream_id, version, id, type, schema_version, recorded_at, \
     tenant, correlation_id, causation_id, extra, data) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

/// Appends within the caller's transaction, which holds the write lock and is rolled back on an error.
///
/// By the contract ids are looked up before the version is checked. Nearly always none is known, and then the
/// unique index says so while the rows go in: a look of our own is needed only where something else is wrong.
pub(crate) fn append<D: Driver>(
    connection: &Connection<D>,
    stream_id: &StreamId,
    events: &[Envelope<D::Payload>],
    expected: ExpectedVersion,
    recorded_at: Timestamp,
) -> Result<Appended, WriteError> {
    let heads = Heads::of(connection, stream_id)?;
    if !expected.accepts(heads.version) {
        if let Some(repeated) = repeated(connection, stream_id, events, expected, heads.position)? {
            return Ok(repeated);
        }
        return Err(ConflictError { stream_id: stream_id.clone(), expected, actual: heads.version }.into());
    }
    if events.is_empty() {
        return Ok(heads.unchanged());
    }
    match insert(connection, stream_id, events, &heads, recorded_at) {
        Ok(appended) => Ok(appended),
        Err(error) if error.fault == Fault::Constraint => {
            repeated(connection, stream_id, events, expected, heads.position)?
                .ok_or_else(|| connection.failed(error).into())
        }
        Err(error) => Err(connection.failed(error).into()),
    }
}

/// What an append came to that may run a second time because the first try was in doubt: where the first one was
/// stored after all, the second finds its own events and must not call them a duplicate.
pub(crate) fn not_repeated<D: Driver>(
    connection: &Connection<D>,
    events: &[Envelope<D::Payload>],
    before: Option<Appended>,
    now: Appended,
) -> Result<Appended, StoreError> {
    let (Some(before), Some(first)) = (before, events.first()) else {
        return Ok(now);
    };
    let Some(recorded) = before.recorded.as_ref().filter(|_| now.duplicate) else {
        return Ok(now);
    };
    // Somebody else may have appended the same events in between.
    let stored = read::event(connection, first.id)?;
    let is_own = stored.is_some_and(|stored| {
        stored.recorded_at == recorded.recorded_at && recorded.positions.first() == Some(&stored.position)
    });
    Ok(if is_own { before } else { now })
}

/// Where the store and a stream end.
struct Heads {
    position: Position,
    version: Version,
    stream_position: Position,
}

impl Heads {
    fn of<D: Driver>(connection: &Connection<D>, stream_id: &StreamId) -> Result<Self, StoreError> {
        let heads = connection.query_one(HEADS, &[Param::Text(stream_id.as_str())], |row| {
            Ok(Self {
                position: Position::new(number(row, 0)?),
                version: Version::new(number(row, 1)?),
                stream_position: Position::new(number(row, 2)?),
            })
        })?;
        Ok(heads.unwrap_or(Self {
            position: Position::ZERO,
            version: Version::ZERO,
            stream_position: Position::ZERO,
        }))
    }

    const fn unchanged(&self) -> Appended {
        Appended { version: self.version, position: self.stream_position, duplicate: false, recorded: None }
    }
}

/// What the append came to when it was made before; none where no id is known. What lies past `head` is not stored
/// yet: rows of this very append, about to be rolled back.
fn repeated<D: Driver>(
    connection: &Connection<D>,
    stream_id: &StreamId,
    events: &[Envelope<D::Payload>],
    expected: ExpectedVersion,
    head: Position,
) -> Result<Option<Appended>, WriteError> {
    let mut stored = Vec::with_capacity(events.len());
    for event in events {
        let known = read::event(connection, event.id)?;
        stored.push(known.filter(|known| known.position <= head));
    }
    Ok(match replay(stream_id, expected, events, &stored)? {
        Replay::New => None,
        Replay::Repeated { version, position } => {
            Some(Appended { version, position, duplicate: true, recorded: None })
        }
    })
}

fn insert<D: Driver>(
    connection: &Connection<D>,
    stream_id: &StreamId,
    events: &[Envelope<D::Payload>],
    heads: &Heads,
    recorded_at: Timestamp,
) -> Result<Appended, DriverError> {
    let (mut version, mut position) = (heads.version, heads.position);
    let mut positions = Vec::with_capacity(events.len());
    for event in events {
        version = version.next();
        position = position.next();
        positions.push(position);
        connection.driver().execute(
            INSERT,
            &[
                Param::Integer(integer(position.get())),
                Param::Text(stream_id.as_str()),
                Param::Integer(integer(version.get())),
                Param::Blob(event.id.as_bytes()),
                Param::Text(event.event_type.as_str()),
                Param::Integer(event.schema_version.into()),
                Param::Integer(recorded_at.as_micros()),
                Param::optional_text(event.metadata.tenant.as_ref()),
                Param::optional_text(event.metadata.correlation_id.as_ref()),
                Param::optional_text(event.metadata.causation_id.as_ref()),
                Param::optional_payload(event.metadata.extra.as_ref()),
                Param::Payload(&event.data),
            ],
        )?;
    }
    Ok(Appended { version, position, duplicate: false, recorded: Some(Recorded { recorded_at, positions }) })
}

#[cfg(test)]
#[cfg(feature = "native")]
mod tests {
    use std::sync::Arc;

    use onefold::{EventReader, EventType, EventWriter, Json, Metadata, StoreErrorKind, SystemHost};

    use super::*;
    use crate::options::SqliteOptions;
    use crate::store::SqliteStore;

    #[test]
    fn a_full_disk_writes_nothing_and_leaves_the_store_usable() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("shop.db");
        let store = SqliteStore::open(path, Arc::new(SystemHost), SqliteOptions::default()).unwrap();
        let stream_id = StreamId::new("Order-1").unwrap();
        let append = |first: u128| {
            let events = (first..first + 100).map(placed).collect();
            pollster::block_on(store.append(&stream_id, events, ExpectedVersion::Any))
        };
        append(0).unwrap();
        store.allow_pages(20).unwrap();
        let mut appends = 1;
        let error = loop {
            match append(appends * 100) {
                Ok(_) => appends += 1,
                Err(error) => break error,
            }
        };
        let WriteError::Store(error) = error else {
            panic!("{error}");
        };
        assert_eq!(error.kind, StoreErrorKind::Failed);
        assert!(error.to_string().contains("no room left"), "{error}");
        let version = || pollster::block_on(store.stream_version(&stream_id)).unwrap().get();
        assert_eq!(u128::from(version()), appends * 100);

        // A statement that SQLite has rolled back by itself leaves a connection that is replaced.
        store.allow_pages(1_000_000).unwrap();
        append(appends * 100).unwrap();
        assert_eq!(u128::from(version()), appends * 100 + 100);
    }

    #[test]
    #[cfg(unix)]
    fn what_an_append_in_doubt_did_store_is_no_duplicate() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("shop.db");
        let store = SqliteStore::open(&path, Arc::new(SystemHost), SqliteOptions::default()).unwrap();
        let stream_id = StreamId::new("Order-1").unwrap();
        let events = [placed(1), placed(2)];
        for is_own in [true, false] {
            let (mut runs, mut before) = (0, None);
            let mut now = Timestamp::from_micros(1);
            let run = |connection: &Connection<_>| {
                runs += 1;
                now = Timestamp::from_micros(now.as_micros() + i64::from(is_own));
                let appended = append(connection, &stream_id, &events, ExpectedVersion::NoStream, now)?;
                let appended = not_repeated(connection, &events, before.take(), appended)?;
                before = Some(appended.clone());
                if runs == 1 {
                    // The log is taken away once its contents are in the file, and the commit seems to be lost.
                    connection.execute("COMMIT", &[])?;
                    connection.query("PRAGMA wal_checkpoint", &[], |_| Ok(()))?;
                    std::fs::remove_file(path.with_extension("db-wal")).unwrap();
                    std::fs::remove_file(path.with_extension("db-shm")).unwrap();
                    connection.execute("BEGIN", &[])?;
                }
                Ok::<_, WriteError>(appended)
            };
            let appended = store.connections.write(run).unwrap();
            assert_eq!(runs, 2);
            assert_eq!(appended.duplicate, !is_own);
            assert_eq!((appended.version.get(), appended.position.get()), (2, 2));
            if is_own {
                let recorded = appended.recorded.unwrap();
                assert_eq!(recorded.positions, [Position::new(1), Position::new(2)]);
                let stored = pollster::block_on(store.find_event(events[0].id)).unwrap().unwrap();
                assert_eq!(stored.recorded_at, recorded.recorded_at);
            }
        }
    }

    fn placed(id: u128) -> Envelope<Json> {
        Envelope {
            id: onefold::EventId::from_bytes(id.to_be_bytes()),
            event_type: EventType::new("OrderPlaced").unwrap(),
            schema_version: 1,
            data: Json::from_checked(format!("{{\"number\": {id}}}")),
            metadata: Metadata::none(),
        }
    }

    impl SqliteStore {
        /// A disk of so many pages.
        fn allow_pages(&self, pages: u32) -> Result<(), StoreError> {
            self.connections.write(|connection| {
                connection.query(&format!("PRAGMA max_page_count = {pages}"), &[], |_| Ok(()))
            })
        }
    }
}

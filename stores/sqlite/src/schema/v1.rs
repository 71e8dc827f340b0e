use onefold::{Host, StoreError};
use uuid::Builder;

use crate::connection::Connection;
use crate::driver::{Driver, Param};

/// Texts compare byte by byte (`BINARY`), which is SQLite's default. Moments are microseconds since 1970 UTC.
///
/// Each index is one more page that a commit writes, so there is none for what a scan by position serves well
/// enough: categories and types are few and have many events.
const TABLES: [&str; 7] = [
    "CREATE TABLE events (
        position INTEGER PRIMARY KEY,
        stream_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        id BLOB NOT NULL UNIQUE,
        type TEXT NOT NULL,
        schema_version INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        category TEXT AS (substr(stream_id, 1, instr(stream_id || '-', '-') - 1)) VIRTUAL,
        tenant TEXT,
        correlation_id TEXT,
        causation_id TEXT,
        extra TEXT,
        data TEXT NOT NULL,
        UNIQUE (stream_id, version)
    ) STRICT",
    "CREATE INDEX events_by_tenant ON events (tenant) WHERE tenant IS NOT NULL",
    "CREATE INDEX events_by_correlation_id ON events (correlation_id) WHERE correlation_id IS NOT NULL",
    "CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events
     BEGIN SELECT RAISE(ABORT, 'events are append-only: none is ever updated'); END",
    "CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
     BEGIN SELECT RAISE(ABORT, 'events are append-only: none is ever deleted'); END",
    "CREATE TABLE snapshots (
        stream_id TEXT NOT NULL,
        name TEXT NOT NULL,
        state_version INTEGER NOT NULL,
        version INTEGER NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (stream_id, name)
    ) STRICT",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT",
];

/// Makes the tables, and the epoch of the store.
pub(super) fn create<D: Driver>(connection: &Connection<D>, host: &dyn Host) -> Result<(), StoreError> {
    for table in TABLES {
        connection.execute(table, &[])?;
    }
    let mut random = [0; 16];
    host.fill_random(&mut random);
    let epoch = Builder::from_random_bytes(random).into_uuid();
    connection.execute("INSERT INTO meta (key, value) VALUES ('epoch', ?1)", &[Param::Blob(epoch.as_bytes())])
}

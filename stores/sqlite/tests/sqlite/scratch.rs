use std::path::{Path, PathBuf};
use std::time::Duration;

use onefold::{
    AppendError, Appended, EventId, EventType, ExpectedVersion, Json, NewEvent, Position, ReadAll, Store,
    StoreOptions, StoredEvent,
};
use onefold_sqlite::{OpenError, SqliteOptions, SqliteStore, open_with};
use pollster::block_on;
use tempfile::TempDir;

/// A directory of its own for a test, with a store's file in it.
pub(crate) struct Scratch(TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn directory(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory().join("shop.db")
    }

    pub(crate) fn open(&self) -> Store<SqliteStore> {
        open(&self.path()).unwrap()
    }

    /// A file with this many events in it, closed again.
    pub(crate) fn filled(events: usize) -> Self {
        let scratch = Self::new();
        let store = scratch.open();
        for chunk in 0..events / 100 {
            append(&store, &format!("Order-{chunk}"), placed(100), ExpectedVersion::NoStream).unwrap();
        }
        close(&store);
        scratch
    }

    /// Another connection to the file, past the store.
    pub(crate) fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).unwrap()
    }
}

/// Options that give up soon, so that no test waits long for a lock.
pub(crate) fn impatient() -> SqliteOptions {
    SqliteOptions { busy_timeout: Duration::from_millis(200), ..SqliteOptions::default() }
}

pub(crate) fn open(path: &Path) -> Result<Store<SqliteStore>, OpenError> {
    open_with(path, SqliteOptions::default(), StoreOptions::default())
}

pub(crate) fn close(store: &Store<SqliteStore>) {
    block_on(store.close()).unwrap();
}

pub(crate) fn placed(count: usize) -> Vec<NewEvent<Json>> {
    vec![event("OrderPlaced"); count]
}

pub(crate) fn event(event_type: &str) -> NewEvent<Json> {
    let data = Json::parse(r#"{"customer": "c-1", "total_cents": 5000}"#).unwrap();
    NewEvent::new(EventType::new(event_type).unwrap(), data)
}

/// An event of a chosen id.
pub(crate) fn numbered(number: u64) -> NewEvent<Json> {
    event("OrderPlaced").with_id(id(number))
}

pub(crate) fn id(number: u64) -> EventId {
    EventId::from_bytes((u128::from(number) << 64 | 0x8000_0000_0000_0001).to_be_bytes())
}

pub(crate) fn append(
    store: &Store<SqliteStore>,
    stream_id: &str,
    events: Vec<NewEvent<Json>>,
    expected: impl Into<ExpectedVersion>,
) -> Result<Appended, AppendError> {
    block_on(store.append(stream_id, events, expected.into().into()))
}

pub(crate) fn read(store: &Store<SqliteStore>, stream_id: &str) -> Vec<StoredEvent<Json>> {
    block_on(store.read_stream(stream_id, onefold::ReadStream::default())).unwrap()
}

pub(crate) fn all_after(store: &Store<SqliteStore>, position: Position) -> Vec<StoredEvent<Json>> {
    let range = ReadAll { after: Some(position.into()), limit: None, ..ReadAll::default() };
    block_on(store.read_all(range)).unwrap()
}

/// Checks the whole log: positions rise, versions of each stream are dense, and SQLite finds no damage. Gives
/// how many events there are.
pub(crate) fn check_whole(scratch: &Scratch) -> usize {
    let store = scratch.open();
    let events = all_after(&store, Position::ZERO);
    let mut last = Position::ZERO;
    let mut versions = std::collections::HashMap::new();
    for event in &events {
        assert!(event.position > last);
        last = event.position;
        let version = versions.entry(&event.stream_id).or_insert(0);
        *version += 1;
        assert_eq!(event.version.get(), *version, "of {}", event.stream_id);
    }
    let verdict: String = scratch.raw().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
    close(&store);
    events.len()
}

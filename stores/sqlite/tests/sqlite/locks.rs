//! Other connections that hold locks.

use std::thread;
use std::time::{Duration, Instant};

use onefold::{ExpectedVersion, Position, StoreOptions};
use onefold_sqlite::{SqliteOptions, open_with};
use pollster::block_on;

use crate::scratch::{Scratch, all_after, append, impatient, placed};

#[test]
fn a_locked_file_is_unavailable_after_the_timeout_and_usable_afterwards() {
    let scratch = Scratch::filled(100);
    let store = open_with(scratch.path(), impatient(), StoreOptions::default()).unwrap();
    let other = scratch.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    let started = Instant::now();
    let error = append(&store, "Order-1", placed(1), ExpectedVersion::Any).unwrap_err();
    assert_eq!(error.code(), "store_unavailable");
    assert!(error.to_string().contains("busy_timeout"), "{error}");
    let waited = started.elapsed();
    assert!(waited >= Duration::from_millis(150) && waited < Duration::from_secs(3), "{waited:?}");
    assert_eq!(all_after(&store, Position::ZERO).len(), 100, "readers wait for nobody");

    other.execute_batch("ROLLBACK").unwrap();
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).unwrap();
}

#[test]
fn a_timeout_longer_than_sqlite_can_count_is_no_trouble() {
    let scratch = Scratch::filled(100);
    let endless = SqliteOptions { busy_timeout: Duration::MAX, ..SqliteOptions::default() };
    let store = open_with(scratch.path(), endless, StoreOptions::default()).unwrap();
    let other = scratch.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| append(&store, "Order-1", placed(1), ExpectedVersion::Any));
        thread::sleep(Duration::from_millis(50));
        assert!(!waiting.is_finished());
        other.execute_batch("ROLLBACK").unwrap();
        waiting.join().unwrap().unwrap();
    });
}

#[test]
fn a_file_in_exclusive_use_is_unavailable_from_the_start() {
    let scratch = Scratch::filled(100);
    let other = scratch.raw();
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT").unwrap();
    let error = open_with(scratch.path(), impatient(), StoreOptions::default()).err().unwrap();
    assert_eq!(error.code(), "store_unavailable", "{error}");
    drop(other);
    scratch.open();
}

#[test]
fn a_new_file_that_stays_locked_is_unavailable() {
    let scratch = Scratch::new();
    let other = scratch.raw();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let error = open_with(scratch.path(), impatient(), StoreOptions::default()).err().unwrap();
    assert_eq!(error.code(), "store_unavailable", "{error}");
    other.execute_batch("COMMIT").unwrap();
    scratch.open();
}

#[test]
fn a_reader_that_stays_does_not_stop_a_writer() {
    let scratch = Scratch::filled(100);
    let store = open_with(scratch.path(), impatient(), StoreOptions::default()).unwrap();
    let other = scratch.raw();
    other.execute_batch("BEGIN; SELECT count(*) FROM events").unwrap();
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).unwrap();
    assert_eq!(block_on(store.head()).unwrap(), Position::new(101));
}

//! Whose file it is, and which version of the tables it has.

use std::sync::{Arc, Barrier};
use std::{fs, thread};

use onefold::{ExpectedVersion, StoreOptions, SystemHost};
use onefold_sqlite::{SqliteOptions, SqliteStore, open_with};

use crate::scratch::{Scratch, append, check_whole, close, open, placed};

const BY_HAND: SqliteOptions = SqliteOptions {
    migrate: false,
    durability: onefold_sqlite::Durability::Strict,
    busy_timeout: std::time::Duration::from_secs(5),
};

#[test]
fn a_file_of_something_else_is_refused_and_left_alone() {
    for statement in
        ["CREATE TABLE customers (name TEXT)", "PRAGMA user_version = 1", "PRAGMA application_id = 7"]
    {
        let scratch = Scratch::new();
        scratch.raw().execute_batch(statement).unwrap();
        let before = fs::read(scratch.path()).unwrap();
        refused(&scratch, "something else");
        assert_eq!(fs::read(scratch.path()).unwrap(), before);
    }
}

#[test]
fn a_newer_file_is_refused() {
    let scratch = Scratch::filled(100);
    scratch.raw().execute_batch("PRAGMA user_version = 2").unwrap();
    refused(&scratch, "schema version 2");
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let scratch = Scratch::new();
    fs::write(scratch.path(), "customer,total\n".repeat(100)).unwrap();
    refused(&scratch, "no SQLite database");
}

#[test]
fn an_empty_file_becomes_a_store() {
    let scratch = Scratch::new();
    fs::write(scratch.path(), "").unwrap();
    append(&scratch.open(), "Order-1", placed(1), ExpectedVersion::NoStream).unwrap();
}

#[test]
fn migration_waits_to_be_asked_where_the_options_say_so() {
    let scratch = Scratch::new();
    let open = || open_with(scratch.path(), BY_HAND, StoreOptions::default());
    let error = open().err().unwrap();
    assert_eq!(error.code(), "migration");
    assert!(error.to_string().contains("does not exist"), "{error}");
    assert!(!scratch.path().exists());

    fs::write(scratch.path(), "").unwrap();
    let error = open().err().unwrap();
    assert_eq!(error.code(), "migration");
    assert!(error.to_string().contains("is empty"), "{error}");
    assert_eq!(fs::read(scratch.path()).unwrap(), b"");

    SqliteStore::migrate(scratch.path(), Arc::new(SystemHost), BY_HAND).unwrap();
    close(&open().unwrap());
    SqliteStore::migrate(scratch.path(), Arc::new(SystemHost), BY_HAND).unwrap();
}

#[test]
fn threads_that_open_a_new_file_at_once_share_one_store() {
    for _ in 0..20 {
        let scratch = Scratch::new();
        let barrier = Barrier::new(8);
        let epochs: Vec<_> = thread::scope(|scope| {
            let open = || {
                barrier.wait();
                let store = scratch.open();
                append(&store, "Order-1", placed(1), ExpectedVersion::Any).unwrap();
                store.epoch()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(epochs.iter().all(|epoch| *epoch == epochs[0]));
        assert_eq!(check_whole(&scratch), 8);
    }
}

fn refused(scratch: &Scratch, why: &str) {
    let error = open(&scratch.path()).err().unwrap();
    assert_eq!(error.code(), "migration", "{error}");
    assert!(error.to_string().contains(why), "{error}");
    assert!(error.to_string().contains("shop.db"), "{error}");
}

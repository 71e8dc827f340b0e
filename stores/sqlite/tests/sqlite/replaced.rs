//! Files that are taken away or replaced while a store is open, as another copy of SQLite in the process does it.

use std::fs;
use std::os::unix::fs::MetadataExt;

use onefold::{ExpectedVersion, Position, Store, StoreOptions};
use onefold_sqlite::{SqliteStore, open_with};
use pollster::block_on;

use crate::processes::Job;
use crate::scratch::{Scratch, all_after, append, check_whole, close, id, impatient, numbered, placed};

#[test]
fn no_append_is_lost_when_the_log_is_taken_away_between_appends() {
    let scratch = Scratch::new();
    let store = scratch.open();
    for number in 1..=20 {
        let appended = append(&store, "Order-1", vec![numbered(number)], number - 1).unwrap();
        assert!(!appended.duplicate);
        assert_eq!(seen_by_a_copy(&scratch), number);
        take_log_away(&scratch);
        // Whether it is a reader or the writer that notices.
        if number % 2 == 0 {
            assert_eq!(all_after(&store, Position::ZERO).len() as u64, number);
        }
    }
    close(&store);
    assert_eq!(check_whole(&scratch), 20);
}

#[test]
fn the_log_of_others_is_left_alone_by_the_end_of_a_store() {
    let scratch = Scratch::filled(100);
    let store = scratch.open();
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).unwrap();
    take_log_away(&scratch);
    fs::write(scratch.path().with_extension("db-wal"), "of others").unwrap();
    close(&store);
    assert_eq!(fs::read(scratch.path().with_extension("db-wal")).unwrap(), b"of others");
}

#[test]
fn another_store_of_the_process_that_has_the_old_log_open_is_in_the_way() {
    let scratch = Scratch::filled(100);
    let options = StoreOptions::default;
    let store = open_with(scratch.path(), impatient(), options()).unwrap();
    let idle = open_with(scratch.path(), impatient(), options()).unwrap();
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).unwrap();
    take_log_away(&scratch);

    let error = append(&store, "Order-1", vec![numbered(9)], ExpectedVersion::Any).unwrap_err();
    assert_eq!(error.code(), "store_unavailable");
    assert!(error.to_string().contains("other stores"), "{error}");
    assert_eq!(block_on(idle.head()).unwrap(), Position::new(101));
    append(&store, "Order-1", vec![numbered(9)], ExpectedVersion::Any).unwrap();
    assert!(block_on(idle.event_exists(id(9))).unwrap());
    close(&store);
    close(&idle);
    assert_eq!(check_whole(&scratch), 102);
}

/// POSIX drops all locks of a process on a file that it closes once. Without them the other process would be the
/// last to close the file, and clear the log away.
#[test]
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn locks_survive_the_file_being_read_as_a_plain_file() {
    let scratch = Scratch::filled(100);
    let store = scratch.open();
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).unwrap();
    let log = scratch.path().with_extension("db-wal");
    for path in [scratch.path(), log.clone(), scratch.path().with_extension("db-shm")] {
        fs::read(path).unwrap();
    }
    let written = fs::metadata(&log).unwrap();
    let other = Job::Open.start(&scratch.path(), 0);
    assert!(other.wait_with_output().unwrap().status.success());
    assert_eq!(fs::metadata(&log).unwrap().ino(), written.ino());
    assert_eq!(fs::metadata(&log).unwrap().len(), written.len());

    close(&store);
    assert!(!log.exists(), "the last to close the file clears the log away");
}

#[test]
fn a_file_that_was_deleted_is_noticed() {
    let scratch = Scratch::filled(100);
    for first in [read_head, write_one] {
        let copy = Scratch::new();
        fs::copy(scratch.path(), copy.path()).unwrap();
        let store = open_with(copy.path(), impatient(), StoreOptions::default()).unwrap();
        append(&store, "Order-1", placed(1), ExpectedVersion::Any).unwrap();
        assert_eq!(all_after(&store, Position::ZERO).len(), 101);
        fs::remove_file(copy.path()).unwrap();
        for attempt in [first, read_head, write_one] {
            let (code, message) = attempt(&store).unwrap();
            assert_eq!(code, "store_unavailable");
            assert!(message.contains("was deleted"), "{message}");
        }
        assert!(!copy.path().exists());
    }
}

#[test]
fn a_file_that_was_replaced_is_noticed_and_left_alone() {
    let scratch = Scratch::filled(100);
    let text = Scratch::new();
    fs::write(text.path(), "customer,total\n".repeat(100)).unwrap();
    // By another store, by an older state of the same one, and by something else.
    for other in [Scratch::filled(200).path(), scratch.path(), text.path()] {
        for first in [read_head, write_one] {
            let copy = Scratch::new();
            fs::copy(scratch.path(), copy.path()).unwrap();
            let store = open_with(copy.path(), impatient(), StoreOptions::default()).unwrap();
            append(&store, "Order-1", placed(1), ExpectedVersion::Any).unwrap();
            let new = copy.directory().join("new.db");
            fs::copy(&other, &new).unwrap();
            fs::rename(&new, copy.path()).unwrap();
            for attempt in [first, read_head, write_one] {
                let (code, message) = attempt(&store).unwrap();
                assert_eq!(code, "store_unavailable");
                assert!(message.contains("was replaced"), "{message}");
            }
            close(&store);
            assert_eq!(fs::read(copy.path()).unwrap(), fs::read(&other).unwrap());
        }
    }
}

/// The code and message of the error.
fn read_head(store: &Store<SqliteStore>) -> Option<(String, String)> {
    let error = block_on(store.head()).err()?;
    Some((error.code().to_owned(), error.to_string()))
}

fn write_one(store: &Store<SqliteStore>) -> Option<(String, String)> {
    let error = append(store, "Order-2", placed(1), ExpectedVersion::Any).err()?;
    Some((error.code().to_owned(), error.to_string()))
}

/// What another copy of SQLite does when it believes to be the last to close the file.
fn take_log_away(scratch: &Scratch) {
    scratch.raw().query_row("PRAGMA wal_checkpoint(FULL)", [], |_| Ok(())).unwrap();
    for suffix in ["db-wal", "db-shm"] {
        fs::remove_file(scratch.path().with_extension(suffix)).unwrap();
    }
}

/// How many events another process would find.
fn seen_by_a_copy(scratch: &Scratch) -> u64 {
    let copy = Scratch::new();
    fs::copy(scratch.path(), copy.path()).unwrap();
    fs::copy(scratch.path().with_extension("db-wal"), copy.path().with_extension("db-wal")).unwrap();
    let count: i64 = copy.raw().query_row("SELECT count(*) FROM events", [], |row| row.get(0)).unwrap();
    count.unsigned_abs()
}

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use onefold::{EventId, StoreError, StoreErrorKind};

use crate::connection::{Connection, Place};
use crate::driver::{Driver, Mode};
use crate::file::File;
use crate::files::FileId;
use crate::schema;

/// How many connections for reading are kept while nobody reads.
const IDLE_READERS: usize = 4;

/// How often something is done again after the log was taken away meanwhile.
const TRIES: usize = 10;

/// The connections of a store: one that writes, and as many that read as there are readers at once, so that no
/// reader waits for a writer.
///
/// Another copy of SQLite in this process can take the log away from under them (see the manual). That is looked
/// for before and after each write and after each read: what was done meanwhile is done again on new connections.
pub(crate) struct Connections<D: Driver> {
    file: Arc<File>,
    /// The file as it was when the store was opened.
    database: Option<FileId>,
    epoch: EventId,
    closed: AtomicBool,
    // Readers go first when the store is dropped: the last connection folds the log into the file if it can write.
    readers: Mutex<Vec<Connection<D>>>,
    writer: Mutex<Option<Connection<D>>>,
}

impl<D: Driver> Connections<D> {
    pub(crate) fn new(file: Arc<File>, epoch: EventId, writer: Connection<D>) -> Self {
        Self {
            file,
            database: writer.database(),
            epoch,
            closed: AtomicBool::new(false),
            readers: Mutex::new(Vec::new()),
            writer: Mutex::new(Some(writer)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.file.path
    }

    pub(crate) const fn epoch(&self) -> EventId {
        self.epoch
    }

    /// Reads. What one statement reads is one state of the store.
    pub(crate) fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        F: Fn(&Connection<D>) -> Result<T, StoreError>,
    {
        for _ in 0..TRIES {
            self.check_open()?;
            let reader = self.reader()?;
            let done = work(&reader);
            // Files that are in place now were in place all the time: no other gets the number of an open one.
            if reader.place() == Place::Kept {
                if done.is_ok() {
                    self.keep_reader(reader);
                }
                return done;
            }
        }
        Err(self.log_was_taken("try again"))
    }

    /// Reads a little: on the connection that writes while nobody writes, since it still has in memory what it wrote.
    /// A connection of its own for reading would have to read that again after every write.
    pub(crate) fn read_briefly<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        F: Fn(&Connection<D>) -> Result<T, StoreError>,
    {
        if let Ok(kept) = self.writer.try_lock()
            && let Some(writer) = kept.as_ref()
        {
            self.check_open()?;
            let done = work(writer);
            if writer.place() == Place::Kept {
                return done;
            }
        }
        self.read(work)
    }

    /// Writes, all of it or nothing. `work` runs again where it is in doubt whether what it wrote is in the file.
    pub(crate) fn write<T, E, F>(&self, mut work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: FnMut(&Connection<D>) -> Result<T, E>,
    {
        let mut kept = locked(&self.writer);
        for _ in 0..TRIES {
            self.check_open()?;
            // Taken out, so that after a panic in `work` a fresh connection goes on.
            let writer = self.current_writer(kept.take())?;
            let done = writer.transaction("BEGIN IMMEDIATE", &mut work);
            if writer.place() == Place::Kept {
                if !writer.is_stuck() {
                    *kept = Some(writer);
                }
                return done;
            }
        }
        Err(self.log_was_taken("append again with the same event ids: they tell what was stored").into())
    }

    /// Closes all connections, once a running write has ended; a running read closes its own when it ends.
    pub(crate) fn close(&self) {
        let mut writer = locked(&self.writer);
        self.closed.store(true, Ordering::Release);
        locked(&self.readers).clear();
        *writer = None;
    }

    /// A reader that was kept, or a new one.
    fn reader(&self) -> Result<Connection<D>, StoreError> {
        if let Some(reader) = locked(&self.readers).pop() {
            return Ok(reader);
        }
        // A writer at work looks by itself.
        if let Ok(mut writer) = self.writer.try_lock() {
            writer.take_if(|writer| writer.place() != Place::Kept);
        }
        self.connect(Mode::Read)
    }

    fn keep_reader(&self, reader: Connection<D>) {
        let mut readers = locked(&self.readers);
        if readers.len() < IDLE_READERS && self.check_open().is_ok() {
            readers.push(reader);
        }
    }

    /// The writer that was kept, or a new one.
    fn current_writer(&self, kept: Option<Connection<D>>) -> Result<Connection<D>, StoreError> {
        if let Some(writer) = kept {
            if writer.place() == Place::Kept {
                return Ok(writer);
            }
            drop(writer);
        }
        self.connect(Mode::Write)
    }

    fn connect(&self, mode: Mode) -> Result<Connection<D>, StoreError> {
        let gone = |fault| self.file.error(StoreErrorKind::Unavailable, fault);
        if self.file.is_absent() {
            return Err(gone("was deleted while the store was open; open it again"));
        }
        let replaced = || gone("was replaced while the store was open; open it again");
        if FileId::at(&self.file.path) != self.database {
            return Err(replaced());
        }
        // A new connection would share the index of the log with those that have an old log open.
        locked(&self.readers).retain(|reader| reader.place() == Place::Kept);
        let connection = Connection::open(&self.file, mode)?;
        if schema::epoch(&connection)? != self.epoch {
            return Err(replaced());
        }
        Ok(connection.opened())
    }

    fn log_was_taken(&self, next: &str) -> StoreError {
        let fault = format!("loses its log to another copy of SQLite in this process all the time; {next}");
        self.file.error(StoreErrorKind::Unavailable, &fault)
    }

    fn check_open(&self) -> Result<(), StoreError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(self.file.error(StoreErrorKind::Closed, "is closed; open it again"));
        }
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // No change under these locks can be left half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[cfg(feature = "native")]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use onefold::SystemHost;

    use super::*;
    use crate::driver::{Row, Rusqlite};
    use crate::options::SqliteOptions;
    use crate::store::SqliteStore;

    #[test]
    fn a_panic_while_writing_leaves_the_store_usable() {
        with_marks(|connections| {
            let panicking = || {
                connections.write(|connection| {
                    mark(connection)?;
                    panic!("on purpose");
                })
            };
            let panicked: Result<Result<(), StoreError>, _> = catch_unwind(AssertUnwindSafe(panicking));
            assert!(panicked.is_err());
            connections.write(mark).unwrap();
            assert_eq!(marks(connections), 1);
        });
    }

    #[test]
    fn a_commit_that_fails_is_rolled_back() {
        with_marks(|connections| {
            let error = connections
                .write(|connection| {
                    mark(connection)?;
                    connection.execute("INSERT INTO later (mark) VALUES ('absent')", &[])
                })
                .unwrap_err();
            assert!(error.to_string().contains("FOREIGN KEY"), "{error}");
            assert_eq!(marks(connections), 0);
            connections.write(mark).unwrap();
            assert_eq!(marks(connections), 1);
        });
    }

    #[test]
    fn a_connection_that_cannot_roll_back_is_replaced() {
        with_marks(|connections| {
            let failed: Result<(), _> = connections.write(|connection| {
                connection.execute("ROLLBACK", &[])?;
                Err(connections.file.error(StoreErrorKind::Failed, "fails on purpose"))
            });
            assert!(failed.is_err());
            assert!(locked(&connections.writer).is_none());
            connections.write(mark).unwrap();
            assert_eq!(marks(connections), 1);
        });
    }

    #[test]
    fn readers_that_came_at_once_are_not_all_kept() {
        with_marks(|connections| {
            fn nested(connections: &Connections<Rusqlite>, depth: usize) -> Result<(), StoreError> {
                connections.read(|_| if depth == 0 { Ok(()) } else { nested(connections, depth - 1) })
            }
            nested(connections, 20).unwrap();
            assert_eq!(locked(&connections.readers).len(), IDLE_READERS);
        });
    }

    #[test]
    #[cfg(unix)]
    fn what_was_committed_to_a_lost_log_is_written_again() {
        with_marks(|connections| {
            let mut runs = 0;
            let lose_log_once = |connection: &Connection<Rusqlite>| {
                runs += 1;
                mark(connection)?;
                if runs == 1 {
                    std::fs::remove_file(connections.path().with_extension("db-wal")).unwrap();
                    std::fs::remove_file(connections.path().with_extension("db-shm")).unwrap();
                }
                Ok::<_, StoreError>(())
            };
            connections.write(lose_log_once).unwrap();
            assert_eq!(runs, 2);
            assert_eq!(marks(connections), 1);
        });
    }

    #[test]
    #[cfg(unix)]
    fn a_log_that_is_lost_all_the_time_is_an_error() {
        with_marks(|connections| {
            let lose_log = |connection: &Connection<Rusqlite>| {
                mark(connection)?;
                std::fs::remove_file(connections.path().with_extension("db-wal")).unwrap();
                std::fs::remove_file(connections.path().with_extension("db-shm")).unwrap();
                Ok::<_, StoreError>(())
            };
            let error = connections.write(lose_log).unwrap_err();
            assert_eq!(error.kind, StoreErrorKind::Unavailable);
            assert!(error.to_string().contains("the same event ids"), "{error}");
        });
    }

    fn with_marks(test: impl FnOnce(&Connections<Rusqlite>)) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("shop.db");
        let store = SqliteStore::open(path, Arc::new(SystemHost), SqliteOptions::default()).unwrap();
        store
            .connections
            .write(|connection| {
                connection.execute("CREATE TABLE marks (mark TEXT UNIQUE)", &[])?;
                connection.execute(
                    "CREATE TABLE later (mark TEXT REFERENCES marks (mark) DEFERRABLE INITIALLY DEFERRED)",
                    &[],
                )
            })
            .unwrap();
        // So that the tables are in the file itself.
        let other = rusqlite::Connection::open(store.path()).unwrap();
        other.query_row("PRAGMA wal_checkpoint", [], |_| Ok(())).unwrap();
        drop(other);
        test(&store.connections);
    }

    fn mark(connection: &Connection<Rusqlite>) -> Result<(), StoreError> {
        connection.execute("INSERT INTO marks (mark) VALUES ('present')", &[])
    }

    fn marks(connections: &Connections<Rusqlite>) -> i64 {
        let count = |connection: &Connection<Rusqlite>| {
            connection.query_one("SELECT count(*) FROM marks", &[], |row| row.integer(0))
        };
        connections.read(count).unwrap().unwrap()
    }
}

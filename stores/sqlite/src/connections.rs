use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use onefold::{EventId, StoreError, StoreErrorKind};

use crate::connection::Connection;
use crate::driver::{Driver, Mode};
use crate::file::File;
use crate::schema;

/// How many connections for reading are kept while nobody reads.
const IDLE_READERS: usize = 4;

/// The connections of a store: one that writes, and as many that read as there are readers at once, so that no
/// reader waits for a writer.
pub(crate) struct Connections<D> {
    file: Arc<File>,
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
        F: FnOnce(&Connection<D>) -> Result<T, StoreError>,
    {
        self.check_open()?;
        let idle = locked(&self.readers).pop();
        let reader = idle.map_or_else(|| self.connect(Mode::Read), Ok)?;
        let done = work(&reader)?;
        let mut readers = locked(&self.readers);
        if readers.len() < IDLE_READERS && self.check_open().is_ok() {
            readers.push(reader);
        }
        Ok(done)
    }

    /// Writes, all of it or nothing.
    pub(crate) fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: FnOnce(&Connection<D>) -> Result<T, E>,
    {
        let mut kept = locked(&self.writer);
        self.check_open()?;
        // Taken out, so that after a panic in `work` a fresh connection goes on.
        let writer = kept.take().map_or_else(|| self.connect(Mode::Write), Ok)?;
        let done = writer.transaction("BEGIN IMMEDIATE", work);
        if !writer.is_stuck() {
            *kept = Some(writer);
        }
        done
    }

    /// Closes all connections, once a running write has ended; a running read closes its own when it ends.
    pub(crate) fn close(&self) -> Result<(), StoreError> {
        let mut writer = locked(&self.writer);
        self.closed.store(true, Ordering::Release);
        locked(&self.readers).clear();
        writer.take().map_or(Ok(()), Connection::close)
    }

    fn connect(&self, mode: Mode) -> Result<Connection<D>, StoreError> {
        let gone = |fault| self.file.error(StoreErrorKind::Unavailable, fault);
        if self.file.is_absent() {
            return Err(gone("was deleted while the store was open; open it again"));
        }
        let connection = Connection::open(&self.file, mode)?;
        if schema::epoch(&connection)? != self.epoch {
            return Err(gone("was replaced while the store was open; open it again"));
        }
        Ok(connection.opened())
    }

    fn check_open(&self) -> Result<(), StoreError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(self.file.error(StoreErrorKind::Failed, "is closed; open it again"));
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

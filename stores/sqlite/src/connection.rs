use std::cell::Cell;
use std::sync::Arc;

use onefold::StoreError;

use crate::driver::{Driver, DriverError, Mode, Param};
use crate::file::File;
use crate::options::Durability;

/// A connection that says what went wrong in the store's own errors.
pub(crate) struct Connection<D> {
    driver: D,
    file: Arc<File>,
    /// Whether the file may still turn out not to be ours.
    opening: Cell<bool>,
    /// Whether a transaction could not be ended: the connection must not be used again.
    stuck: Cell<bool>,
}

impl<D: Driver> Connection<D> {
    pub(crate) fn open(file: &Arc<File>, mode: Mode) -> Result<Self, StoreError> {
        let driver =
            D::open(&file.path, mode, file.options.busy_timeout).map_err(|error| file.not_opened(error))?;
        let connection =
            Self { driver, file: file.clone(), opening: Cell::new(true), stuck: Cell::new(false) };
        for setting in settings(file.options.durability) {
            connection.query(setting, &[], |_| Ok(()))?;
        }
        Ok(connection)
    }

    /// Ends the opening: the file is a store of ours.
    pub(crate) fn opened(self) -> Self {
        self.opening.set(false);
        self
    }

    /// The driver, where the store itself looks at what SQLite refused.
    pub(crate) const fn driver(&self) -> &D {
        &self.driver
    }

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// What an error of the driver means to the store's user.
    pub(crate) fn failed(&self, error: DriverError) -> StoreError {
        if self.opening.get() { self.file.not_opened(error) } else { self.file.failed(error) }
    }

    pub(crate) fn execute(&self, sql: &str, params: &[Param<'_, D::Payload>]) -> Result<(), StoreError> {
        self.driver.execute(sql, params).map_err(|error| self.failed(error))
    }

    pub(crate) fn query<F>(
        &self,
        sql: &str,
        params: &[Param<'_, D::Payload>],
        each: F,
    ) -> Result<(), StoreError>
    where
        F: FnMut(&D::Row<'_>) -> Result<(), DriverError>,
    {
        self.driver.query(sql, params, each).map_err(|error| self.failed(error))
    }

    /// What `read` makes of the last row of a result, which has one row or none.
    pub(crate) fn query_one<T, F>(
        &self,
        sql: &str,
        params: &[Param<'_, D::Payload>],
        read: F,
    ) -> Result<Option<T>, StoreError>
    where
        F: Fn(&D::Row<'_>) -> Result<T, DriverError>,
    {
        let mut found = None;
        self.query(sql, params, |row| {
            found = Some(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Runs `work` between `begin` and a commit; whatever fails is rolled back.
    pub(crate) fn transaction<T, E, F>(&self, begin: &str, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: FnOnce(&Self) -> Result<T, E>,
    {
        self.execute(begin, &[])?;
        let done = work(self).and_then(|done| {
            self.execute("COMMIT", &[])?;
            Ok(done)
        });
        if done.is_err() {
            // SQLite itself has rolled back on a full disk, and then refuses to do it again: a connection in
            // doubt is given up, which ends its transaction too.
            self.stuck.set(self.driver.execute("ROLLBACK", &[]).is_err());
        }
        done
    }

    pub(crate) fn is_stuck(&self) -> bool {
        self.stuck.get()
    }

    pub(crate) fn close(self) -> Result<(), StoreError> {
        self.driver.close().map_err(|error| self.file.failed(error))
    }
}

fn settings(durability: Durability) -> [&'static str; 4] {
    [
        match durability {
            Durability::Strict => "PRAGMA synchronous = FULL",
            Durability::Relaxed => "PRAGMA synchronous = NORMAL",
        },
        // On macOS a plain fsync leaves the data in the disk's own cache.
        "PRAGMA fullfsync = ON",
        // KiB: random event ids touch the pages of their index all over.
        "PRAGMA cache_size = -16000",
        // Bytes: what a very large commit made of the log is given back to the disk.
        "PRAGMA journal_size_limit = 67108864",
    ]
}

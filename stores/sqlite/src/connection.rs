use std::cell::Cell;
use std::sync::Arc;

use onefold::StoreError;

use crate::driver::{Driver, DriverError, Mode, Param};
use crate::file::File;
use crate::files::{FileId, Files, Paths};
use crate::options::Durability;

/// A connection that says what went wrong in the store's own errors.
pub(crate) struct Connection<D: Driver> {
    driver: D,
    file: Arc<File>,
    /// The files that it has open; none while the file may still turn out not to be ours.
    opened: Option<(Paths, Files)>,
    /// Whether a transaction could not be ended: the connection must not be used again.
    stuck: Cell<bool>,
}

impl<D: Driver> Connection<D> {
    pub(crate) fn open(file: &Arc<File>, mode: Mode) -> Result<Self, StoreError> {
        let driver =
            D::open(&file.path, mode, file.options.busy_timeout).map_err(|error| file.not_opened(error))?;
        let connection = Self { driver, file: file.clone(), opened: None, stuck: Cell::new(false) };
        for setting in settings(file.options.durability) {
            connection.query(setting, &[], |_| Ok(()))?;
        }
        Ok(connection)
    }

    /// Ends the opening: the file is a store of ours.
    pub(crate) fn opened(mut self) -> Self {
        self.driver.opened();
        let paths = Paths::of(&self.file.path);
        let files = paths.files();
        self.opened = Some((paths, files));
        self
    }

    /// Whether the paths still lead to the files that the connection has open. A microsecond.
    pub(crate) fn place(&self) -> Place {
        let Some((paths, files)) = &self.opened else {
            return Place::Kept;
        };
        let now = paths.files();
        if now == *files {
            Place::Kept
        } else if now.database == files.database {
            Place::LogTaken
        } else {
            Place::FileGone
        }
    }

    /// The database file.
    pub(crate) fn database(&self) -> Option<FileId> {
        self.opened.as_ref().and_then(|(_, files)| files.database)
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
        if self.opened.is_none() { self.file.not_opened(error) } else { self.file.failed(error) }
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
}

impl<D: Driver> Drop for Connection<D> {
    fn drop(&mut self) {
        if self.place() != Place::Kept {
            // Its log is nobody's any more: folded into the file, it would undo what others wrote since. An error
            // could go nowhere; SQLite knows none here.
            let _ = self.driver.give_up();
        }
    }
}

/// Whether the files of a connection are still at their paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Kept,
    /// The log was removed or replaced: what is written to it from now on, nobody else ever sees.
    LogTaken,
    /// So was the file itself.
    FileGone,
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

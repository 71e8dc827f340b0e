use std::fs::File;
use std::io;

use crate::driver::locks;
use crate::files::{FileId, Paths};

/// A read lock on a database file, beside SQLite's own.
///
/// SQLite's lock belongs to the process: another copy of SQLite in it does not see it, and drops it when it closes
/// the file. This one belongs to the open file: as long as a connection is open, nobody takes the file for unused.
#[derive(Debug)]
pub(super) struct Hold(File);

impl Hold {
    /// Opens the file, and locks nothing yet.
    pub(super) fn open(paths: &Paths) -> io::Result<Self> {
        Ok(Self(File::open(&paths.database)?))
    }

    /// Whether it is on the file that the path leads to now.
    pub(super) fn is_on(&self, paths: &Paths) -> bool {
        FileId::of(&self.0).is_ok_and(|id| id == FileId::at(&paths.database))
    }

    /// Locks the file. [`io::ErrorKind::WouldBlock`] says that it is in exclusive use just now.
    pub(super) fn lock(&self) -> io::Result<()> {
        locks::lock(&self.0)
    }

    pub(super) fn unlock(&self) -> io::Result<()> {
        locks::unlock(&self.0)
    }
}

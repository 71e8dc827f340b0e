use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::driver::{DriverError, Fault};

/// Every open connection of this process, and those of the process that it was forked from. SQLite keeps such a
/// list too, and after a fork takes the locks in it for its own: what the child then writes can be lost.
static OPEN: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

#[derive(Debug, PartialEq, Eq)]
struct Entry {
    path: PathBuf,
    /// The process that opened the connection.
    process: u32,
}

/// The entry of a connection, for as long as it is open.
#[derive(Debug)]
pub(super) struct OpenFile(Entry);

impl OpenFile {
    /// Enters a connection to a file, unless there are some from before a fork.
    pub(super) fn enter(path: &Path) -> Result<Self, DriverError> {
        // A file has one entry by whatever way it was found.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let process = process::id();
        let mut open = entries();
        if open.iter().any(|entry| entry.path == path && entry.process != process) {
            return Err(DriverError::new(Fault::Forked, "the parent process has the file open"));
        }
        open.push(Entry { path: path.clone(), process });
        Ok(Self(Entry { path, process }))
    }

    /// Refuses a connection that another process opened.
    pub(super) fn check(&self) -> Result<(), DriverError> {
        if process::id() == self.0.process {
            return Ok(());
        }
        Err(DriverError::new(Fault::Forked, "the connection is the parent process's"))
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        let mut open = entries();
        if let Some(index) = open.iter().position(|entry| *entry == self.0) {
            open.swap_remove(index);
        }
    }
}

fn entries() -> MutexGuard<'static, Vec<Entry>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

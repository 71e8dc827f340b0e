use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::driver::{DriverError, Fault, locks};
use crate::files::{Files, Paths};

/// Every open connection of this process, and those of the process that it was forked from.
///
/// SQLite keeps such a list too. After a fork it takes the locks in it for its own: what the child then writes can
/// be lost. And it has one index of a log for all connections of a process, even when that log was taken away.
static OPEN: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

/// How many connections were opened: their numbers.
static OPENED: AtomicU64 = AtomicU64::new(0);

#[derive(Debug)]
struct Entry {
    number: u64,
    owner: Owner,
    /// The files that the connection has open, once it has read them.
    files: Option<Files>,
}

/// The process that opened a file, and the paths of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Owner {
    process: u32,
    paths: Paths,
}

/// The entry of a connection, for as long as it is open.
#[derive(Debug)]
pub(super) struct OpenFile {
    number: u64,
    owner: Owner,
}

impl OpenFile {
    /// Enters a connection to a file, unless there are some from before a fork, or some with another log.
    pub(super) fn enter(path: &Path) -> Result<Self, DriverError> {
        let owner = Owner { process: process::id(), paths: Paths::of(path) };
        let mut open = registry();
        let mut others = open.iter().filter(|entry| entry.owner.paths == owner.paths);
        if others.clone().any(|entry| entry.owner.process != owner.process) {
            return Err(DriverError::new(Fault::Forked, "the parent process has the file open"));
        }
        let now = owner.paths.files();
        let has_other_log = |files: Files| files.database == now.database && files.log != now.log;
        if others.any(|entry| entry.files.is_some_and(has_other_log)) {
            return Err(DriverError::new(Fault::LogTaken, "another connection has the old log open"));
        }
        let number = OPENED.fetch_add(1, Ordering::Relaxed);
        open.push(Entry { number, owner: owner.clone(), files: None });
        Ok(Self { number, owner })
    }

    /// Notes which files the connection has open, now that it has read them.
    pub(super) fn note_files(&self) {
        let files = self.owner.paths.files();
        for entry in registry().iter_mut().filter(|entry| entry.number == self.number) {
            entry.files = Some(files);
        }
    }

    /// Refuses a connection that another process opened.
    pub(super) fn check(&self) -> Result<(), DriverError> {
        if process::id() == self.owner.process {
            return Ok(());
        }
        Err(DriverError::new(Fault::Forked, "the connection is the parent process's"))
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        let mut open = registry();
        open.retain(|entry| entry.number != self.number);
        if !open.iter().any(|entry| entry.owner == self.owner) {
            locks::forget(&self.owner.paths.database);
        }
    }
}

fn registry() -> MutexGuard<'static, Vec<Entry>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

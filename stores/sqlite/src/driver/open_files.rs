use std::io::ErrorKind;
use std::path::Path;
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::driver::hold::Hold;
use crate::driver::{DriverError, Fault};
use crate::files::{Files, Paths};

/// Every open connection of this process, and those of the process that it was forked from.
///
/// SQLite keeps such a list too. After a fork it takes the locks in it for its own: what the child then writes can
/// be lost. And it has one index of a log for all connections of a process, even when that log was taken away.
static OPEN: Mutex<Registry> = Mutex::new(Registry { next: 0, entries: Vec::new(), holds: Vec::new() });

struct Registry {
    next: u64,
    entries: Vec<Entry>,
    holds: Vec<(Owner, Hold)>,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    owner: Owner,
    /// The files that the connection has open, once it has read them.
    files: Option<Files>,
    /// Whether the connection is being closed.
    is_leaving: bool,
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
        let mut others = open.entries.iter().filter(|entry| entry.owner.paths == owner.paths);
        if others.clone().any(|entry| entry.owner.process != owner.process) {
            return Err(DriverError::new(Fault::Forked, "the parent process has the file open"));
        }
        let now = owner.paths.files();
        let has_other_log = |files: Files| files.database == now.database && files.log != now.log;
        if others.any(|entry| entry.files.is_some_and(has_other_log)) {
            return Err(DriverError::new(Fault::LogTaken, "another connection has the old log open"));
        }
        open.next += 1;
        let number = open.next;
        open.entries.push(Entry { number, owner: owner.clone(), files: None, is_leaving: false });
        Ok(Self { number, owner })
    }

    /// Holds the files for this process, now that the connection has read them.
    pub(super) fn hold(&self) -> Result<(), DriverError> {
        let mut open = registry();
        let held = open.hold_of(&self.owner).map_or(Ok(()), Hold::lock);
        if held.is_err_and(|error| error.kind() == ErrorKind::WouldBlock) {
            return Err(DriverError::new(Fault::Busy, "another copy of SQLite has the file to itself"));
        }
        if let Some(entry) = open.entries.iter_mut().find(|entry| entry.number == self.number) {
            entry.files = Some(self.owner.paths.files());
        }
        Ok(())
    }

    /// Gives up the hold with the last connection, which could not clear the log away otherwise. Called before the
    /// connection is closed.
    pub(super) fn leave(&self) {
        let mut open = registry();
        for entry in &mut open.entries {
            entry.is_leaving |= entry.number == self.number;
        }
        if self.check().is_ok() && !open.entries.iter().any(|entry| self.is_other(entry) && !entry.is_leaving)
        {
            for (_, hold) in open.holds.iter().filter(|(owner, _)| *owner == self.owner) {
                // What fails here leaves a log behind, which the next to open the file takes up.
                let _ = hold.unlock();
            }
        }
    }

    /// Refuses a connection that another process opened.
    pub(super) fn check(&self) -> Result<(), DriverError> {
        if process::id() == self.owner.process {
            return Ok(());
        }
        Err(DriverError::new(Fault::Forked, "the connection is the parent process's"))
    }

    /// Whether it is another connection to the same file.
    fn is_other(&self, entry: &Entry) -> bool {
        entry.owner == self.owner && entry.number != self.number
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        let mut open = registry();
        if !open.entries.iter().any(|entry| self.is_other(entry)) {
            // Not before: to close a file drops all locks that SQLite has on it in this process.
            open.holds.retain(|(owner, _)| *owner != self.owner);
        }
        open.entries.retain(|entry| entry.number != self.number);
    }
}

impl Registry {
    /// The hold on the files that the paths lead to now. None where the files cannot be opened once more.
    fn hold_of(&mut self, owner: &Owner) -> Option<&Hold> {
        self.holds.retain(|(of, hold)| of != owner || hold.is_on(&owner.paths));
        if !self.holds.iter().any(|(of, _)| of == owner) {
            self.holds.push((owner.clone(), Hold::open(&owner.paths).ok()?));
        }
        self.holds.iter().find(|(of, _)| of == owner).map(|(_, hold)| hold)
    }
}

fn registry() -> MutexGuard<'static, Registry> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

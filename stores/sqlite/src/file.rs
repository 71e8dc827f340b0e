use std::fs;
use std::io::ErrorKind;
use std::path::{self, Path, PathBuf};

use onefold::{StoreError, StoreErrorKind};

use crate::driver::{DriverError, Fault};
use crate::options::SqliteOptions;

/// The file of a store, and how it is opened.
pub(crate) struct File {
    pub(crate) path: PathBuf,
    pub(crate) options: SqliteOptions,
}

impl File {
    pub(crate) fn new(path: &Path, options: SqliteOptions) -> Result<Self, StoreError> {
        if path.as_os_str().is_empty() || path == Path::new(":memory:") {
            let message = format!("`{}` names no file; give a path, or use a memory store", path.display());
            return Err(StoreError::new(StoreErrorKind::Failed, message));
        }
        // Later connections must find the same file, wherever the process has gone by then. Nor does an absolute
        // path look like one of SQLite's `file:` URIs.
        let path = path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Ok(Self { path, options })
    }

    /// An error that names the file: `file` is what is wrong with it, and what to do.
    pub(crate) fn error(&self, kind: StoreErrorKind, fault: &str) -> StoreError {
        StoreError::new(kind, format!("`{}` {fault}", self.path.display()))
    }

    /// What a failed statement means for the user of an open store.
    pub(crate) fn failed(&self, error: DriverError) -> StoreError {
        let (kind, fault) = match error.fault {
            Fault::Busy => (
                StoreErrorKind::Unavailable,
                format!(
                    "stays locked by another connection for {:?}; raise busy_timeout or try again",
                    self.options.busy_timeout
                ),
            ),
            Fault::ReadOnly => (
                StoreErrorKind::Failed,
                "is read-only; make the file and its directory writable".to_owned(),
            ),
            Fault::Corrupt | Fault::NotADatabase => (
                StoreErrorKind::Failed,
                format!("is damaged ({error}); restore it from a backup"),
            ),
            Fault::Full => (
                StoreErrorKind::Failed,
                "has no room left on its disk; free some and try again".to_owned(),
            ),
            Fault::CannotOpen => self.why_not_opened(),
            Fault::Forked => (
                StoreErrorKind::Failed,
                "was open when this process was forked; close it in this process and open it again, or start \
                 processes by spawn"
                    .to_owned(),
            ),
            Fault::LogTaken => (
                StoreErrorKind::Unavailable,
                "lost its log to another copy of SQLite in this process, and other stores here still have the old \
                 one open; close them and try again"
                    .to_owned(),
            ),
            Fault::Constraint | Fault::Other => (StoreErrorKind::Failed, format!("failed: {error}")),
        };
        self.error(kind, &fault).caused_by(error)
    }

    /// What a failed statement means while the file is being opened: it may not be ours at all.
    pub(crate) fn not_opened(&self, error: DriverError) -> StoreError {
        let fault = match error.fault {
            Fault::NotADatabase => "is no SQLite database; give the path of another file",
            Fault::ReadOnly => "is read-only; make the file and its directory writable",
            _ => return self.failed(error),
        };
        self.error(StoreErrorKind::Migration, fault).caused_by(error)
    }

    pub(crate) fn is_absent(&self) -> bool {
        is_absent(&self.path)
    }

    fn why_not_opened(&self) -> (StoreErrorKind, String) {
        if self.path.is_dir() {
            let fault = "is a directory; give the path of a file";
            return (StoreErrorKind::Failed, fault.to_owned());
        }
        if let Some(directory) = self.path.parent().filter(|directory| is_absent(directory)) {
            let fault =
                format!("cannot be opened: there is no directory `{}`; make it first", directory.display());
            return (StoreErrorKind::Failed, fault);
        }
        if self.is_absent() && !self.options.migrate {
            let fault = "does not exist; call migrate, or open it with migrate set";
            return (StoreErrorKind::Migration, fault.to_owned());
        }
        let fault = "cannot be opened; let this user read and write it, and make files beside it";
        (StoreErrorKind::Failed, fault.to_owned())
    }
}

fn is_absent(path: &Path) -> bool {
    fs::metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

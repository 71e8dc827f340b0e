use std::error::Error;

/// An error of SQLite, or of the library that drives it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct DriverError {
    /// What kind of error.
    pub fault: Fault,
    /// What SQLite says.
    pub message: String,
    /// The error of the library.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl DriverError {
    /// An error of this kind.
    pub fn new(fault: Fault, message: impl Into<String>) -> Self {
        Self { fault, message: message.into(), source: None }
    }

    /// A column that holds something else than the store put there.
    pub fn in_column(column: usize, expected: &str) -> Self {
        Self::new(Fault::Corrupt, format!("column {column} holds no {expected}"))
    }
}

/// What kind of error, by SQLite's result codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// `SQLITE_BUSY`, `SQLITE_LOCKED`, `SQLITE_PROTOCOL`: another connection holds a lock for longer than the
    /// timeout.
    Busy,
    /// `SQLITE_READONLY`, `SQLITE_PERM`: it cannot be written.
    ReadOnly,
    /// `SQLITE_CORRUPT`: the file is damaged.
    Corrupt,
    /// `SQLITE_NOTADB`: the file is no database.
    NotADatabase,
    /// `SQLITE_FULL`: no room is left.
    Full,
    /// `SQLITE_CANTOPEN`: the file, or one beside it, cannot be opened.
    CannotOpen,
    /// `SQLITE_CONSTRAINT`: a unique index or a trigger refused a row.
    Constraint,
    /// The connection was opened before the process was forked, which SQLite's locks do not survive.
    Forked,
    /// The log was taken away, and other connections of this process still have it open: a new one would take their
    /// index of it for that of the new log.
    LogTaken,
    /// Anything else.
    Other,
}

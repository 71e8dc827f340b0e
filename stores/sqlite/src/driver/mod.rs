//! What the store asks of SQLite: a small synchronous face, so that the store is written once for every library
//! that drives SQLite.

mod error;
#[cfg(feature = "native")]
mod locks;
#[cfg(feature = "native")]
mod open_files;
#[cfg(feature = "native")]
mod patience;
#[cfg(feature = "native")]
mod rusqlite;

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use onefold::{MaybeSend, Payload};

pub use error::{DriverError, Fault};
#[cfg(feature = "native")]
pub use rusqlite::Rusqlite;

/// One connection to a SQLite file. Dropping it closes it.
pub trait Driver: MaybeSend + Sized + 'static {
    /// What events carry. It is kept as JSON text.
    type Payload: Payload;

    /// A row of a result.
    type Row<'r>: Row<Payload = Self::Payload>;

    /// Opens a connection. While another one holds a lock, statements wait up to `busy_timeout` for it.
    ///
    /// # Errors
    /// [`DriverError`], as for every method.
    fn open(path: &Path, mode: Mode, busy_timeout: Duration) -> Result<Self, DriverError>;

    /// Whether SQLite could open the file for reading only.
    ///
    /// # Errors
    /// [`DriverError`].
    fn is_read_only(&self) -> Result<bool, DriverError>;

    /// Runs a statement that gives no rows. The statement may be kept prepared under its text.
    ///
    /// # Errors
    /// [`DriverError`].
    fn execute(&self, sql: &str, params: &[Param<'_, Self::Payload>]) -> Result<(), DriverError>;

    /// Runs a statement and hands over each row of its result. The statement may be kept prepared under its text.
    ///
    /// # Errors
    /// [`DriverError`], also that of `each`, which ends the statement.
    fn query<F>(&self, sql: &str, params: &[Param<'_, Self::Payload>], each: F) -> Result<(), DriverError>
    where
        F: FnMut(&Self::Row<'_>) -> Result<(), DriverError>;

    /// Is called once, when the connection has read a store's file and its log. A driver may note which files it
    /// has open.
    fn opened(&self) {}

    /// Lets the connection's end leave the file and the log at their paths as they are: they are not the ones that
    /// it has open.
    ///
    /// # Errors
    /// [`DriverError`].
    fn give_up(&self) -> Result<(), DriverError>;
}

/// What a connection may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Read and write; an absent file is made.
    Create,
    /// Read and write a file that is there.
    Write,
    /// Read a file that is there.
    Read,
}

/// A value that is bound to a statement, at `?1`, `?2` and so on.
#[derive(Clone, Copy, Debug)]
pub enum Param<'p, P> {
    /// `NULL`.
    Null,
    /// An `INTEGER`, at most 2^53 - 1 either way.
    Integer(i64),
    /// A `TEXT`.
    Text(&'p str),
    /// A `BLOB`.
    Blob(&'p [u8]),
    /// A payload, as the `TEXT` of its JSON.
    Payload(&'p P),
}

impl<'p, P> Param<'p, P> {
    /// A text, or `NULL`.
    pub fn optional_text<T: AsRef<str>>(text: Option<&'p T>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.as_ref()))
    }

    /// A payload, or `NULL`.
    pub fn optional_payload(payload: Option<&'p P>) -> Self {
        payload.map_or(Self::Null, Self::Payload)
    }
}

/// A row of a result. Columns count from 0.
pub trait Row {
    /// What events carry.
    type Payload;

    /// Whether a column is `NULL`.
    ///
    /// # Errors
    /// [`DriverError`] where there is no such column; so for every method.
    fn is_null(&self, column: usize) -> Result<bool, DriverError>;

    /// An `INTEGER`.
    ///
    /// # Errors
    /// [`DriverError`], also where the column holds something else; so for the methods that follow.
    fn integer(&self, column: usize) -> Result<i64, DriverError>;

    /// A `TEXT`.
    ///
    /// # Errors
    /// [`DriverError`].
    fn text(&self, column: usize) -> Result<Cow<'_, str>, DriverError>;

    /// A `BLOB` of 16 bytes.
    ///
    /// # Errors
    /// [`DriverError`].
    fn uuid(&self, column: usize) -> Result<[u8; 16], DriverError>;

    /// A payload, from the `TEXT` of its JSON.
    ///
    /// # Errors
    /// [`DriverError`].
    fn payload(&self, column: usize) -> Result<Self::Payload, DriverError>;
}

//! The tables of a file, and which version of them it has.

mod v1;
mod version;

use onefold::{EventId, Host, StoreError, StoreErrorKind};

use crate::connection::Connection;
use crate::driver::{Driver, DriverError, Fault, Row};
use crate::schema::version::SchemaVersion;

/// How often the change to write-ahead logging is tried: every process that opens a new file at once may be in
/// the way of the others a few times.
const WAL_TRIES: usize = 100;

/// Makes the tables of an empty file, brings older ones up to date, and refuses a file that is not ours.
///
/// With `migrate` unset, it refuses an empty or older file too.
pub(crate) fn prepare<D: Driver>(
    connection: &Connection<D>,
    host: &dyn Host,
    migrate: bool,
) -> Result<(), StoreError> {
    let found = connection.transaction("BEGIN", SchemaVersion::of)?;
    if connection.driver().is_read_only().map_err(|error| connection.failed(error))? {
        let error = DriverError::new(Fault::ReadOnly, "the file could be opened for reading only");
        return Err(connection.failed(error));
    }
    if found != SchemaVersion::CURRENT {
        if !migrate {
            return Err(connection.file().error(StoreErrorKind::Migration, found.why_migrate()));
        }
        // Another process may have done it by the time that we have the lock.
        connection.transaction("BEGIN IMMEDIATE", |connection| {
            let mut version = SchemaVersion::of(connection)?;
            while let Some(next) = version.upgrade(connection, host)? {
                version = next;
            }
            Ok::<_, StoreError>(())
        })?;
    }
    use_wal(connection)
}

/// The UUID that was made with the store.
pub(crate) fn epoch<D: Driver>(connection: &Connection<D>) -> Result<EventId, StoreError> {
    connection
        .query_one("SELECT value FROM meta WHERE key = 'epoch'", &[], |row| row.uuid(0))?
        .map(EventId::from_bytes)
        .ok_or_else(|| {
            let error = DriverError::new(Fault::Corrupt, "its epoch is missing");
            connection.failed(error)
        })
}

/// Turns write-ahead logging on; the file stays so.
fn use_wal<D: Driver>(connection: &Connection<D>) -> Result<(), StoreError> {
    for _ in 0..WAL_TRIES {
        let mut mode = String::new();
        let set = connection.driver().query("PRAGMA journal_mode = WAL", &[], |row| {
            mode = row.text(0)?.into_owned();
            Ok(())
        });
        match set {
            Ok(()) if mode == "wal" => return Ok(()),
            Ok(()) => {
                let fault = "cannot use write-ahead logging; put it on a local disk";
                return Err(connection.file().error(StoreErrorKind::Failed, fault));
            }
            // This statement does not wait for locks. A transaction does, for as long as the timeout says.
            Err(error) if error.fault == Fault::Busy => {
                connection.transaction("BEGIN EXCLUSIVE", |_| Ok::<_, StoreError>(()))?;
            }
            Err(error) => return Err(connection.failed(error)),
        }
    }
    let error = DriverError::new(Fault::Busy, "the file stayed locked");
    Err(connection.failed(error))
}

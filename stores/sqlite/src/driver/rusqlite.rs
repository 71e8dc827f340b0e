use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use onefold::Json;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, ToSql, params_from_iter};

use crate::driver::locks::lock_by_file;
use crate::driver::open_files::OpenFile;
use crate::driver::patience::{patiently, set_timeout, wait_for_locks};
use crate::driver::{Driver, DriverError, Fault, Mode, Param, Row};

/// How many statements a connection keeps prepared: those of the store, and filters as they are used.
const STATEMENTS: usize = 64;

/// SQLite by rusqlite, with payloads as JSON text.
#[derive(Debug)]
pub struct Rusqlite {
    connection: Connection,
    busy_timeout: Duration,
    // After the connection, which is closed first.
    file: OpenFile,
}

impl Driver for Rusqlite {
    type Payload = Json;
    type Row<'r> = rusqlite::Row<'r>;

    fn open(path: &Path, mode: Mode, busy_timeout: Duration) -> Result<Self, DriverError> {
        let access = match mode {
            Mode::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            Mode::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
            Mode::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        lock_by_file();
        // The store lets one thread at a time use a connection: SQLite needs no mutex of its own.
        let mut connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        wait_for_locks(&mut connection)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // A plan must not depend on the values bound: SQLite would make it anew for each of them.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let file = patiently(busy_timeout, || OpenFile::enter(path))?;
        Ok(Self { connection, busy_timeout, file })
    }

    fn is_read_only(&self) -> Result<bool, DriverError> {
        Ok(self.connection.is_readonly("main")?)
    }

    fn execute(&self, sql: &str, params: &[Param<'_, Json>]) -> Result<(), DriverError> {
        self.prepare(sql)?.execute(params_from_iter(params))?;
        Ok(())
    }

    fn query<F>(&self, sql: &str, params: &[Param<'_, Json>], mut each: F) -> Result<(), DriverError>
    where
        F: FnMut(&rusqlite::Row<'_>) -> Result<(), DriverError>,
    {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(params_from_iter(params))?;
        while let Some(row) = rows.next()? {
            each(row)?;
        }
        Ok(())
    }

    fn opened(&self) {
        self.file.note_files();
    }

    fn give_up(&self) -> Result<(), DriverError> {
        self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        Ok(())
    }
}

impl Rusqlite {
    fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>, DriverError> {
        self.file.check()?;
        set_timeout(self.busy_timeout);
        Ok(self.connection.prepare_cached(sql)?)
    }
}

impl Row for rusqlite::Row<'_> {
    type Payload = Json;

    fn is_null(&self, column: usize) -> Result<bool, DriverError> {
        Ok(self.get_ref(column)? == ValueRef::Null)
    }

    fn integer(&self, column: usize) -> Result<i64, DriverError> {
        match self.get_ref(column)? {
            ValueRef::Integer(integer) => Ok(integer),
            _ => Err(DriverError::in_column(column, "integer")),
        }
    }

    fn text(&self, column: usize) -> Result<Cow<'_, str>, DriverError> {
        text(self, column).map(Cow::Borrowed)
    }

    fn uuid(&self, column: usize) -> Result<[u8; 16], DriverError> {
        match self.get_ref(column)? {
            ValueRef::Blob(bytes) => bytes.try_into().ok(),
            _ => None,
        }
        .ok_or_else(|| DriverError::in_column(column, "UUID"))
    }

    fn payload(&self, column: usize) -> Result<Json, DriverError> {
        text(self, column).map(Json::from_checked)
    }
}

impl ToSql for Param<'_, Json> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
            Self::Payload(json) => ValueRef::Text(json.as_str().as_bytes()),
        }))
    }
}

impl From<rusqlite::Error> for DriverError {
    fn from(error: rusqlite::Error) -> Self {
        let fault = error.sqlite_error_code().map_or(Fault::Other, fault_of);
        Self { fault, message: error.to_string(), source: Some(error.into()) }
    }
}

fn fault_of(code: ErrorCode) -> Fault {
    match code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
            Fault::Busy
        }
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Fault::ReadOnly,
        ErrorCode::DatabaseCorrupt => Fault::Corrupt,
        ErrorCode::NotADatabase => Fault::NotADatabase,
        ErrorCode::DiskFull => Fault::Full,
        ErrorCode::CannotOpen => Fault::CannotOpen,
        ErrorCode::ConstraintViolation => Fault::Constraint,
        _ => Fault::Other,
    }
}

fn text<'r>(row: &'r rusqlite::Row<'_>, column: usize) -> Result<&'r str, DriverError> {
    row.get_ref(column)?.as_str().map_err(|_| DriverError::in_column(column, "text"))
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_is_prepared_once_whatever_is_bound() {
        let directory = tempfile::tempdir().unwrap();
        let driver = Rusqlite::open(&directory.path().join("a.db"), Mode::Create, Duration::ZERO).unwrap();
        let define = "CREATE TABLE texts (name TEXT, number INTEGER, extra TEXT, UNIQUE (name, number))";
        driver.execute(define, &[]).unwrap();
        let index = "CREATE INDEX texts_by_extra ON texts (extra) WHERE extra IS NOT NULL";
        driver.execute(index, &[]).unwrap();
        let insert = "INSERT INTO texts (name, number) VALUES (?1, ?2)";
        let last = "SELECT number FROM texts WHERE name = ?1 ORDER BY number DESC LIMIT 1";
        for number in 0..10 {
            let name = format!("name {number}");
            driver.query(last, &[Param::Text(&name)], |_| Ok(())).unwrap();
            let row = [Param::Text(&name), Param::Integer(number)];
            driver.execute(insert, &row).unwrap();
        }
        for sql in [last, insert] {
            let again = driver.prepare(sql).unwrap().get_status(StatementStatus::RePrepare);
            assert_eq!(again, 0, "{sql}");
        }
    }
}

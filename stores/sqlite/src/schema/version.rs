use onefold::{Host, StoreError, StoreErrorKind};

use crate::connection::Connection;
use crate::driver::{Driver, Row};
use crate::schema::v1;

/// Marks a file as ours in its header: `1FLD`.
const APPLICATION_ID: i64 = 0x3146_4C44;

/// The version of the tables in a file, in the order in which they came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SchemaVersion {
    /// No tables yet.
    Empty,
    /// Events, snapshots, meta.
    V1,
}

impl SchemaVersion {
    pub(crate) const CURRENT: Self = Self::V1;

    /// The version of a file, if it is ours or empty.
    pub(crate) fn of<D: Driver>(connection: &Connection<D>) -> Result<Self, StoreError> {
        let application_id = pragma(connection, "PRAGMA application_id")?;
        let number = pragma(connection, "PRAGMA user_version")?;
        let tables = pragma(connection, "SELECT count(*) FROM sqlite_schema")?;
        match (application_id, number, tables) {
            (0, 0, 0) => Ok(Self::Empty),
            (APPLICATION_ID, 1, _) => Ok(Self::V1),
            (APPLICATION_ID, number, _) if number > Self::CURRENT as i64 => Err(connection.file().error(
                StoreErrorKind::Migration,
                &format!(
                    "has schema version {number}, this onefold knows {} at the most; use a newer onefold",
                    Self::CURRENT as i64
                ),
            )),
            _ => Err(connection.file().error(
                StoreErrorKind::Migration,
                "is a database of something else; give the path of another file",
            )),
        }
    }

    /// Takes the step to the next version, within the caller's transaction; none from the current one.
    pub(crate) fn upgrade<D: Driver>(
        self,
        connection: &Connection<D>,
        host: &dyn Host,
    ) -> Result<Option<Self>, StoreError> {
        let next = match self {
            Self::Empty => {
                v1::create(connection, host)?;
                Self::V1
            }
            Self::V1 => return Ok(None),
        };
        for setting in [
            format!("PRAGMA application_id = {APPLICATION_ID}"),
            format!("PRAGMA user_version = {}", next as i64),
        ] {
            connection.query(&setting, &[], |_| Ok(()))?;
        }
        Ok(Some(next))
    }

    /// Why a file of this version cannot be used as it is.
    pub(crate) const fn why_migrate(self) -> &'static str {
        match self {
            Self::Empty => "is empty; call migrate, or open it with migrate set",
            Self::V1 => "has an older schema; call migrate, or open it with migrate set",
        }
    }
}

fn pragma<D: Driver>(connection: &Connection<D>, sql: &str) -> Result<i64, StoreError> {
    let value = connection.query_one(sql, &[], |row| row.integer(0))?;
    Ok(value.unwrap_or(0))
}

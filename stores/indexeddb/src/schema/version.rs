use onefold::EventId;
use wasm_bindgen::JsValue;
use web_sys::{IdbDatabase, IdbTransaction};

use crate::schema::v1;

/// The version of the object stores in a database, in the order in which they came about. Its number is the
/// database's own version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SchemaVersion {
    /// No stores yet.
    Empty = 0,
    /// Commits, snapshots, meta.
    V1 = 1,
}

impl SchemaVersion {
    /// What this version of the crate reads and writes.
    pub(crate) const CURRENT: Self = Self::V1;

    /// The version with this number.
    pub(crate) const fn of(number: u32) -> Option<Self> {
        match number {
            0 => Some(Self::Empty),
            1 => Some(Self::V1),
            _ => None,
        }
    }

    /// Brings a database of this version to the next one, if there is one.
    pub(crate) fn upgrade(
        self,
        database: &IdbDatabase,
        transaction: &IdbTransaction,
        new_epoch: EventId,
    ) -> Result<Option<Self>, JsValue> {
        match self {
            Self::Empty => {
                v1::create(database, transaction, new_epoch)?;
                Ok(Some(Self::V1))
            }
            Self::V1 => Ok(None),
        }
    }
}

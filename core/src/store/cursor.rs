use std::borrow::Cow;

use crate::backend::EventStore;
use crate::envelope::{EventId, Position};
use crate::error::{CursorError, ReadError};
use crate::store::Store;

/// Where a reader of the whole store is: a position, or a cursor that also names the store.
///
/// ```
/// # use std::sync::Arc;
/// # use onefold::{Json, MemoryStore, Store, StoreOptions, SystemHost};
/// use onefold::{Position, ReadAll};
///
/// # pollster::block_on(async {
/// # let host = Arc::new(SystemHost);
/// # let store = Store::new(MemoryStore::<Json>::new(host.clone()), host, StoreOptions::default())?;
/// let cursor = store.cursor(Position::ZERO);
/// store.read_all(ReadAll { after: Some(cursor.as_str().into()), ..ReadAll::default() }).await?;
///
/// let ahead = store.read_all(ReadAll { after: Some(7.into()), ..ReadAll::default() }).await;
/// assert_eq!(ahead.unwrap_err().code(), "cursor"); // this store has given out no such position
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// A position of this store.
    Position(Position),
    /// `{epoch}:{position}`, as [`Store::cursor`] makes it.
    Cursor(String),
}

impl<B: EventStore> Store<B> {
    /// A cursor for a position: it is refused by any other store, where the position would mean something else.
    pub fn cursor(&self, position: Position) -> String {
        format!("{}:{position}", self.epoch())
    }

    /// The position that a reader gave, if it is of this store.
    pub(crate) fn position_of(&self, after: &After) -> Result<Position, CursorError> {
        let text = match after {
            After::Position(position) => return Ok(*position),
            After::Cursor(text) => text,
        };
        let malformed = || refused(text, "is not of the form epoch:position");
        let (epoch, position) = text.split_once(':').ok_or_else(malformed)?;
        let epoch: EventId = epoch.parse().map_err(|_| malformed())?;
        // `parse` alone would take a sign.
        if !position.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(malformed());
        }
        let position: u64 = position.parse().map_err(|_| malformed())?;
        if epoch != self.epoch() {
            return Err(refused(text, "belongs to another store"));
        }
        Ok(Position::new(position))
    }

    /// Refuses a position that no reader of this store can have seen.
    pub(crate) async fn check_not_ahead(&self, position: Position, after: &After) -> Result<(), ReadError> {
        if position <= self.backend.last_position().await? {
            return Ok(());
        }
        let cursor = match after {
            After::Position(position) => position.to_string(),
            After::Cursor(text) => text.clone(),
        };
        Err(refused(&cursor, "is ahead of all positions of this store").into())
    }
}

impl From<u64> for After {
    fn from(position: u64) -> Self {
        Self::Position(position.into())
    }
}

impl From<Position> for After {
    fn from(position: Position) -> Self {
        Self::Position(position)
    }
}

impl From<&str> for After {
    fn from(cursor: &str) -> Self {
        Self::Cursor(cursor.to_owned())
    }
}

fn refused(cursor: &str, reason: &'static str) -> CursorError {
    CursorError { cursor: cursor.to_owned(), reason: Cow::Borrowed(reason) }
}

use onefold::{EventReader, Filter, LogRange, Page, Position, StoreError};
use onefold_js::records::number;

use crate::dom::{event_lines, footer, header};
use crate::store::IndexedDbStore;

/// As many events are read at a time.
const PAGE: usize = 1_000;

/// A backup that is being made: all events up to the head that the store had when it began, as they are stored.
/// Snapshots are not in it; they are a cache.
///
/// ```no_run
/// # async fn backup(store: &onefold_indexeddb::IndexedDbStore) -> Result<(), onefold::StoreError> {
/// let mut export = onefold_indexeddb::Export::new();
/// let mut text = String::new();
/// while let Some(lines) = export.next_lines(store).await? {
///     text.push_str(&lines);
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Default)]
pub struct Export {
    head: Option<Position>,
    after: Position,
    events: usize,
    is_done: bool,
}

impl Export {
    /// A backup that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many events it has so far.
    pub const fn events(&self) -> usize {
        self.events
    }

    /// How many events it is to have in all; 0 before it has begun.
    pub fn total(&self) -> u64 {
        self.head.map_or(0, Position::get)
    }

    /// The next lines, each with its line feed; nothing after the last. No transaction stays open between calls.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn next_lines(&mut self, store: &IndexedDbStore) -> Result<Option<String>, StoreError> {
        let Some(head) = self.head else {
            let head = store.head().await?;
            self.head = Some(head);
            return Ok(Some(header(&store.epoch().to_string(), number(head.get()))));
        };
        if self.is_done {
            return Ok(None);
        }
        // Positions have no gaps.
        let left = usize::try_from(head.get() - self.after.get()).unwrap_or(PAGE);
        if left == 0 {
            self.is_done = true;
            return Ok(Some(footer(number(self.events as u64))));
        }
        let range = LogRange { after: Some(self.after), limit: Some(left.min(PAGE)), backwards: false };
        let page = store.read_all(range, &Filter::default()).await?;
        self.events += page.len();
        self.after = page.last_place().map_or(head, |last| last.position);
        Ok(Some(event_lines(page.records())))
    }
}

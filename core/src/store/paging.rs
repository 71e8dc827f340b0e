use crate::backend::{EventStore, Page, Seen};
use crate::error::{ReadError, StoreError, StoreErrorKind};
use crate::store::Store;

/// What is fetched at the least when a first page came out short of its limit, because the registry leaves
/// events out.
const REFILL: usize = 256;

/// How far a pager has come with its limit.
pub(super) struct Paging {
    remaining: Option<usize>,
    pub(super) page_size: Option<usize>,
    refilling: bool,
    pub(super) done: bool,
}

impl Paging {
    pub(super) const fn new(limit: Option<usize>) -> Self {
        Self { remaining: limit, page_size: None, refilling: false, done: false }
    }

    /// How many stored events to fetch next; `None` for all.
    pub(super) fn chunk(&self) -> Option<usize> {
        let wanted =
            self.remaining.map(|remaining| if self.refilling { remaining.max(REFILL) } else { remaining });
        match (wanted, self.page_size) {
            (Some(wanted), Some(size)) => Some(wanted.min(size)),
            (wanted, size) => wanted.or(size),
        }
    }

    /// What is seen of a chunk of stored events, up to the limit. Events that yield nothing do not count.
    pub(super) fn accept<B: EventStore>(
        &mut self,
        store: &Store<B>,
        stored: B::Page,
        chunk: Option<usize>,
    ) -> Result<B::Page, ReadError> {
        let at_end = chunk.is_none_or(|chunk| stored.len() < chunk);
        let counted = stored.len();
        let Seen { page, counted } = match &store.upcaster {
            Some(upcaster) => stored.upcast(upcaster, self.remaining)?,
            None => Seen { page: stored, counted },
        };
        self.remaining = self.remaining.map(|remaining| remaining.saturating_sub(counted));
        self.refilling = store.upcaster.is_some();
        self.done = at_end || self.remaining == Some(0);
        Ok(page)
    }
}

/// A backend that gives what was not asked for would be read without end.
pub(super) fn stuck(what: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Failed,
        format!("the store gave a {what} that was not asked for; mend the store"),
    )
}

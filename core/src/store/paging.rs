use crate::backend::EventStore;
use crate::envelope::StoredEvent;
use crate::error::{ReadError, StoreError, StoreErrorKind};
use crate::payload::Payload;
use crate::store::Store;
use crate::upcast::Registry;

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
        stored: Vec<StoredEvent<B::Payload>>,
        chunk: Option<usize>,
    ) -> Result<Vec<StoredEvent<B::Payload>>, ReadError> {
        let at_end = chunk.is_none_or(|chunk| stored.len() < chunk);
        let registry = store.options.events.as_deref();
        let (seen, counted) = if let Some(registry) = registry {
            upcast_up_to(self.remaining, registry, stored)?
        } else {
            let counted = stored.len();
            (stored, counted)
        };
        self.remaining = self.remaining.map(|remaining| remaining.saturating_sub(counted));
        self.refilling = registry.is_some();
        self.done = at_end || self.remaining == Some(0);
        Ok(seen)
    }
}

/// What is seen of stored events, and how many of them yielded something: no more than the limit.
fn upcast_up_to<P: Payload>(
    limit: Option<usize>,
    registry: &Registry<P>,
    stored: Vec<StoredEvent<P>>,
) -> Result<(Vec<StoredEvent<P>>, usize), ReadError> {
    // Most pages need no upcasting: they are handed on as they are.
    if limit.is_none_or(|limit| stored.len() <= limit) && registry.are_current(&stored) {
        let counted = stored.len();
        return Ok((stored, counted));
    }
    let (mut seen, mut counted) = (Vec::with_capacity(stored.len()), 0);
    for event in stored {
        if limit == Some(counted) {
            break;
        }
        let before = seen.len();
        registry.upcast(event, &mut seen)?;
        counted += usize::from(seen.len() > before);
    }
    Ok((seen, counted))
}

/// A backend that gives what was not asked for would be read without end.
pub(super) fn stuck(what: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Failed,
        format!("the store gave a {what} that was not asked for; mend the store"),
    )
}

use crate::backend::{EventStore, LogRange, Page, StreamRange};
use crate::envelope::{StreamId, Version};
use crate::error::ReadError;
use crate::store::paging::{Paging, stuck};
use crate::store::{After, Filter, ReadAll, ReadStream, Store};

/// Reads a stream page by page. It holds nothing open between pages.
pub struct StreamPager {
    stream_id: StreamId,
    range: StreamRange,
    paging: Paging,
    last_stored: Version,
}

/// Reads the whole store page by page. It holds nothing open between pages.
///
/// ```
/// # use std::sync::Arc;
/// # use onefold::{Json, MemoryStore, Store, StoreOptions, SystemHost};
/// use onefold::ReadAll;
///
/// # pollster::block_on(async {
/// # let host = Arc::new(SystemHost);
/// # let store = Store::new(MemoryStore::<Json>::new(host.clone()), host, StoreOptions::default())?;
/// let mut pages = store.all_pager(ReadAll { limit: None, ..ReadAll::default() })?.page_size(500);
/// while let Some(events) = pages.next_page(&store).await? {
///     for event in events {
///         println!("{} {}", event.position, event.event_type);
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
pub struct AllPager {
    range: LogRange,
    filter: Filter,
    /// What the reader gave, until it is known not to be ahead of the store.
    unchecked: Option<After>,
    paging: Paging,
}

impl<B: EventStore> Store<B> {
    /// Reads a stream page by page.
    ///
    /// # Errors
    /// [`ReadError`] for arguments out of their range.
    pub fn stream_pager(&self, stream_id: &str, read: ReadStream) -> Result<StreamPager, ReadError> {
        self.check_open()?;
        Ok(StreamPager::new(self.stream_id::<ReadError>(stream_id)?, read))
    }

    /// Reads the whole store page by page.
    ///
    /// # Errors
    /// [`ReadError`] for arguments out of their range and cursors that are not of this store.
    pub fn all_pager(&self, read: ReadAll) -> Result<AllPager, ReadError> {
        self.check_open()?;
        let after = read.after.as_ref().map(|after| self.position_of(after)).transpose()?;
        let range = LogRange { after, limit: None, backwards: read.backwards };
        let filter = self.stored_filter(read.filter)?;
        Ok(AllPager { range, filter, unchecked: read.after, paging: Paging::new(read.limit) })
    }
}

impl StreamPager {
    /// Of a stream whose id was checked.
    pub(crate) fn new(stream_id: StreamId, read: ReadStream) -> Self {
        let from = read.from_version.map(|version| version.max(Version::new(1)));
        let range = StreamRange { from, limit: None, backwards: read.backwards };
        Self { stream_id, range, paging: Paging::new(read.limit), last_stored: Version::ZERO }
    }

    /// With this many stored events a page, at least one; otherwise everything is one page.
    #[must_use]
    pub fn page_size(mut self, size: usize) -> Self {
        self.paging.page_size = Some(size.max(1));
        self
    }

    /// The next page, never an empty one; `None` at the end.
    ///
    /// # Errors
    /// [`ReadError`]; the pager stays where it was.
    pub async fn next_page<B: EventStore>(&mut self, store: &Store<B>) -> Result<Option<B::Page>, ReadError> {
        while !self.paging.done {
            let limit = self.paging.chunk();
            let stored = store.stored_stream(&self.stream_id, StreamRange { limit, ..self.range }).await?;
            let last = stored.last_version();
            if last.is_some_and(|last| !self.range.contains(last)) {
                return Err(stuck("version").into());
            }
            let seen = self.paging.accept(store, stored, limit)?;
            if let Some(last) = last {
                self.last_stored = last;
                self.range.from = Some(if self.range.backwards { last.previous() } else { last.next() });
                // Below version 1 there is nothing; a backend would take 0 for the first.
                self.paging.done |= self.range.backwards && last.previous() == Version::ZERO;
            }
            if !seen.is_empty() {
                return Ok(Some(seen));
            }
        }
        Ok(None)
    }

    /// The version of the last stored event that was looked at, even if nothing of it is seen; 0 before the
    /// first.
    pub const fn last_stored(&self) -> Version {
        self.last_stored
    }
}

impl AllPager {
    /// With this many stored events a page, at least one; otherwise everything is one page.
    #[must_use]
    pub fn page_size(mut self, size: usize) -> Self {
        self.paging.page_size = Some(size.max(1));
        self
    }

    /// The next page, never an empty one; `None` at the end.
    ///
    /// # Errors
    /// [`ReadError`]; the pager stays where it was.
    pub async fn next_page<B: EventStore>(&mut self, store: &Store<B>) -> Result<Option<B::Page>, ReadError> {
        while !self.paging.done {
            let limit = self.paging.chunk();
            let stored = store.stored_log(LogRange { limit, ..self.range }, &self.filter).await?;
            self.check_start(store, stored.is_empty()).await?;
            let last = stored.last_position();
            if last.is_some_and(|last| !self.range.contains(last)) {
                return Err(stuck("position").into());
            }
            let seen = self.paging.accept(store, stored, limit)?;
            self.range.after = last.or(self.range.after);
            if !seen.is_empty() {
                return Ok(Some(seen));
            }
        }
        Ok(None)
    }

    /// Going forwards, a start that gave events is none ahead of the head: only the others cost a look.
    async fn check_start<B: EventStore>(&mut self, store: &Store<B>, nothing: bool) -> Result<(), ReadError> {
        if let Some((after, position)) = self.unchecked.as_ref().zip(self.range.after)
            && (nothing || self.range.backwards)
        {
            store.check_not_ahead(position, after).await?;
        }
        self.unchecked = None;
        Ok(())
    }
}

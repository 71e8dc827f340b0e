use crate::backend::{EventStore, LogRange, Page, StreamRange};
use crate::envelope::{EventId, EventType, Position, StoredEvent, StreamId, Version};
use crate::error::{InvalidArgumentError, ReadError};
use crate::store::{After, Filter, Store};

/// Which events of a stream to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadStream {
    /// The first version, inclusive; 0 is the same as 1. Absent, the first, or the last when going backwards.
    pub from_version: Option<Version>,
    /// How many stored events that yield something; absent, all.
    pub limit: Option<usize>,
    /// From high versions to low.
    pub backwards: bool,
}

/// Which events of the whole store to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadAll {
    /// Where to begin, exclusive; absent, the beginning, or the head when going backwards.
    pub after: Option<After>,
    /// How many stored events that yield something: 1,000 unless given; `None` for all.
    pub limit: Option<usize>,
    /// From high positions to low.
    pub backwards: bool,
    /// Which of them; applies before the limit.
    pub filter: Filter,
}

impl Default for ReadAll {
    fn default() -> Self {
        Self { after: None, limit: Some(1000), backwards: false, filter: Filter::default() }
    }
}

impl<B: EventStore> Store<B> {
    /// Reads events of one stream, upcast. None where the stream does not exist.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn read_stream(&self, stream_id: &str, read: ReadStream) -> Result<B::Page, ReadError> {
        let mut pager = self.stream_pager(stream_id, read)?;
        let mut events = pager.next_page(self).await?.unwrap_or_default();
        while let Some(more) = pager.next_page(self).await? {
            events.append(more);
        }
        Ok(events)
    }

    /// Reads events of the whole store, upcast, in position order.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn read_all(&self, read: ReadAll) -> Result<B::Page, ReadError> {
        let mut pager = self.all_pager(read)?;
        let mut events = pager.next_page(self).await?.unwrap_or_default();
        while let Some(more) = pager.next_page(self).await? {
            events.append(more);
        }
        Ok(events)
    }

    /// The version of a stream; 0 where it does not exist.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn stream_version(&self, stream_id: &str) -> Result<Version, ReadError> {
        self.check_open()?;
        let stream_id = self.stream_id::<ReadError>(stream_id)?;
        Ok(self.backend.stream_version(&stream_id).await?)
    }

    /// Whether a stream exists.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn stream_exists(&self, stream_id: &str) -> Result<bool, ReadError> {
        Ok(self.stream_version(stream_id).await? > Version::ZERO)
    }

    /// Whether an event of this id is stored, even one that the registry drops.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn event_exists(&self, id: EventId) -> Result<bool, ReadError> {
        self.check_open()?;
        Ok(self.backend.find_event(id).await?.is_some())
    }

    /// The event of this id, upcast: its first part where it is split; none where there is none, or the
    /// registry drops it.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<B::Payload>>, ReadError> {
        self.check_open()?;
        let Some(event) = self.backend.find_event(id).await? else {
            return Ok(None);
        };
        let Some(registry) = &self.options.events else {
            return Ok(Some(event));
        };
        let mut seen = Vec::new();
        registry.upcast(event, &mut seen)?;
        Ok(seen.into_iter().next())
    }

    /// The position of the last event that a reader may see; 0 where there is none.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn head(&self) -> Result<Position, ReadError> {
        self.check_open()?;
        Ok(self.backend.head().await?)
    }

    /// The filter as a backend takes it: stored types instead of current ones.
    pub(crate) fn stored_filter(&self, mut filter: Filter) -> Result<Filter, InvalidArgumentError> {
        if filter.tenant.as_deref() == Some("") {
            return Err(InvalidArgumentError::new("tenant", "it is empty; leave it out or name one"));
        }
        if let (Some(registry), Some(types)) = (&self.options.events, &mut filter.types) {
            let mut all: Vec<EventType> = Vec::new();
            for name in types.iter().flat_map(|name| registry.all_names(name)) {
                if !all.contains(&name) {
                    all.push(name);
                }
            }
            *types = all;
        }
        Ok(filter)
    }
}

/// What the pagers ask a backend for.
impl<B: EventStore> Store<B> {
    pub(crate) async fn stored_stream(
        &self,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<B::Page, ReadError> {
        self.check_open()?;
        Ok(self.backend.read_stream(stream_id, range).await?)
    }

    pub(crate) async fn stored_log(&self, range: LogRange, filter: &Filter) -> Result<B::Page, ReadError> {
        self.check_open()?;
        Ok(self.backend.read_all(range, filter).await?)
    }
}

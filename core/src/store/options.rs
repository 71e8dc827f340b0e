use std::collections::{HashMap, HashSet};
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::backend::{EventReader, EventStore, Page};
use crate::envelope::{EventId, StreamId};
use crate::error::{ClosedError, InvalidArgumentError, LimitExceededError, StoreError};
use crate::host::Host;
use crate::limits::Limits;
use crate::payload::Payload;
use crate::store::Enricher;
use crate::upcast::Registry;

/// How a store is opened.
pub struct StoreOptions<P: Payload> {
    /// The event types that it knows and how to upcast them; absent, everything passes as it is.
    pub events: Option<Arc<Registry<P>>>,
    /// How much an append may hold.
    pub limits: Limits,
    /// What adds metadata to new events.
    pub enrichers: Vec<Box<dyn Enricher<P>>>,
    /// Takes a snapshot once this many events were folded since the last one; absent, never.
    pub snapshot_every: Option<NonZeroU64>,
}

impl<P: Payload> Default for StoreOptions<P> {
    fn default() -> Self {
        Self { events: None, limits: Limits::default(), enrichers: Vec::new(), snapshot_every: None }
    }
}

/// An event store: the checks, ids, upcasting, cursors and deciding of onefold over any backend.
///
/// See [`MemoryStore`](crate::MemoryStore) for an example.
pub struct Store<B: EventStore> {
    pub(crate) backend: B,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) options: StoreOptions<B::Payload>,
    /// The registry of the options as pages take it.
    pub(crate) upcaster: Option<<<B as EventReader>::Page as Page>::Upcaster>,
    /// Which decider goes by which name: two with one name would read each other's snapshots.
    pub(crate) deciders: Mutex<HashMap<String, u64>>,
    /// The deciders whose snapshots failed, and were warned of.
    pub(crate) warned: Mutex<HashSet<String>>,
    closed: AtomicBool,
}

impl<B: EventStore> Store<B> {
    /// Opens a store over a backend.
    ///
    /// # Errors
    /// [`InvalidArgumentError`] for limits out of range.
    pub fn new(
        backend: B,
        host: Arc<dyn Host>,
        options: StoreOptions<B::Payload>,
    ) -> Result<Self, InvalidArgumentError> {
        options.limits.check()?;
        Ok(Self {
            backend,
            host,
            upcaster: options.events.as_ref().map(B::Page::upcaster),
            options,
            deciders: Mutex::default(),
            warned: Mutex::default(),
            closed: AtomicBool::new(false),
        })
    }

    /// The UUID that was made with the store. Positions and cursors mean something within it only.
    pub fn epoch(&self) -> EventId {
        self.backend.epoch()
    }

    /// The backend.
    pub const fn backend(&self) -> &B {
        &self.backend
    }

    /// Closes the store; everything after it is a [`ClosedError`]. Closing twice is fine.
    ///
    /// # Errors
    /// What the backend says.
    pub async fn close(&self) -> Result<(), StoreError> {
        if self.closed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        self.backend.close().await
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(crate) fn check_open(&self) -> Result<(), ClosedError> {
        if self.is_closed() { Err(ClosedError) } else { Ok(()) }
    }

    pub(crate) fn stream_id<E>(&self, text: &str) -> Result<StreamId, E>
    where
        E: From<InvalidArgumentError> + From<LimitExceededError>,
    {
        let stream_id = StreamId::new(text)?;
        self.options.limits.check_stream_id(text)?;
        Ok(stream_id)
    }
}

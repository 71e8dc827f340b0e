use std::sync::Arc;

use crate::backend::Recorded;
use crate::envelope::{Position, StoredEvent, Version};
use crate::error::ReadError;
use crate::marker::{MaybeSend, MaybeSync};
use crate::payload::Payload;
use crate::upcast::Registry;

/// Stored events in the order in which they were read.
///
/// Natively it is a `Vec`. In JavaScript it is a handle on an array, so that a read, an upcast and a fold cross
/// the border once for a page and not once for an event.
pub trait Page: Clone + Default + From<Vec<StoredEvent<Self::Payload>>> + MaybeSend + 'static {
    /// What the events carry.
    type Payload: Payload;

    /// What brings the events to their current schema versions, prepared from a registry once for a store.
    type Upcaster: MaybeSend + MaybeSync + 'static;

    /// Prepares a registry for pages of this kind.
    fn upcaster(registry: &Arc<Registry<Self::Payload>>) -> Self::Upcaster;

    /// How many events there are.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The version of the last event; nothing on an empty page.
    fn last_version(&self) -> Option<Version>;

    /// The position of the last event; nothing on an empty page.
    fn last_position(&self) -> Option<Position>;

    /// Adds events at the end.
    fn append(&mut self, more: Self);

    /// What is seen of the events, as [`Registry::upcast`] says for each: that of as many stored events as the
    /// limit allows. Events that yield nothing do not count.
    ///
    /// # Errors
    /// As [`Registry::upcast`].
    fn upcast(self, upcaster: &Self::Upcaster, limit: Option<usize>) -> Result<Seen<Self>, ReadError>;

    /// The events with the time and the positions that a store gave them when it recorded them after this version
    /// of their stream.
    #[must_use]
    fn recorded(self, after: Version, recorded: &Recorded) -> Self;
}

/// Where an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// In its stream.
    pub version: Version,
    /// In the whole store.
    pub position: Position,
}

/// What is seen of a page of stored events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<G> {
    /// The events, upcast.
    pub page: G,
    /// How many stored events yielded something.
    pub counted: usize,
}

impl<P: Payload> Page for Vec<StoredEvent<P>> {
    type Payload = P;
    type Upcaster = Arc<Registry<P>>;

    fn upcaster(registry: &Arc<Registry<P>>) -> Self::Upcaster {
        registry.clone()
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn last_version(&self) -> Option<Version> {
        self.last().map(|event| event.version)
    }

    fn last_position(&self) -> Option<Position> {
        self.last().map(|event| event.position)
    }

    fn append(&mut self, mut more: Self) {
        Vec::append(self, &mut more);
    }

    fn upcast(self, registry: &Self::Upcaster, limit: Option<usize>) -> Result<Seen<Self>, ReadError> {
        // Most pages need no upcasting: they are handed on as they are.
        if limit.is_none_or(|limit| self.len() <= limit) && registry.are_current(&self) {
            let counted = self.len();
            return Ok(Seen { page: self, counted });
        }
        let (mut page, mut counted) = (Self::with_capacity(self.len()), 0);
        for event in self {
            if limit == Some(counted) {
                break;
            }
            let before = page.len();
            registry.upcast(event, &mut page)?;
            counted += usize::from(page.len() > before);
        }
        Ok(Seen { page, counted })
    }

    fn recorded(mut self, after: Version, recorded: &Recorded) -> Self {
        for event in &mut self {
            event.position = recorded.position_of(after, event.version).unwrap_or(event.position);
            event.recorded_at = recorded.recorded_at;
        }
        self
    }
}

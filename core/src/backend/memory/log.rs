use std::collections::HashMap;
use std::ops::Range;

use crate::backend::Page;
use crate::envelope::{StoredEvent, StreamId};
use crate::marker::MaybeSend;
use crate::payload::Payload;
use crate::store::Filter;

/// Where a [`MemoryStore`](crate::MemoryStore) keeps its events: it decides nothing. Places count from 0.
pub trait MemoryLog<P: Payload>: Default + MaybeSend + 'static {
    /// The events that a read gives.
    type Page: Page<Payload = P>;

    /// Adds events of one stream at its end and at the end of the log.
    fn push(&mut self, stream_id: &StreamId, events: Vec<StoredEvent<P>>);

    /// How many events there are.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many events a stream has.
    fn stream_len(&self, stream_id: &StreamId) -> usize;

    /// The event at a place of the log.
    fn event(&self, place: usize) -> Option<StoredEvent<P>>;

    /// The events at these places of a stream; places past its end have none.
    fn stream(&self, stream_id: &StreamId, places: Range<usize>, backwards: bool) -> Self::Page;

    /// The events at these places of the log that match the filter, as many as the limit allows; places past its
    /// end have none.
    fn all(&self, places: Range<usize>, backwards: bool, filter: &Filter, limit: Option<usize>)
    -> Self::Page;
}

/// A [`MemoryLog`] of vectors.
pub struct VecLog<P> {
    events: Vec<StoredEvent<P>>,
    /// Where in `events` each event of a stream is.
    streams: HashMap<StreamId, Vec<usize>>,
}

impl<P: Payload> MemoryLog<P> for VecLog<P> {
    type Page = Vec<StoredEvent<P>>;

    fn push(&mut self, stream_id: &StreamId, events: Vec<StoredEvent<P>>) {
        let stream = self.streams.entry(stream_id.clone()).or_default();
        for event in events {
            stream.push(self.events.len());
            self.events.push(event);
        }
    }

    fn len(&self) -> usize {
        self.events.len()
    }

    fn stream_len(&self, stream_id: &StreamId) -> usize {
        self.streams.get(stream_id).map_or(0, Vec::len)
    }

    fn event(&self, place: usize) -> Option<StoredEvent<P>> {
        self.events.get(place).cloned()
    }

    fn stream(&self, stream_id: &StreamId, places: Range<usize>, backwards: bool) -> Self::Page {
        let stream = self.streams.get(stream_id).map_or(&[][..], Vec::as_slice);
        let events = within(stream, places).iter().filter_map(|place| self.events.get(*place));
        if backwards { events.rev().cloned().collect() } else { events.cloned().collect() }
    }

    fn all(
        &self,
        places: Range<usize>,
        backwards: bool,
        filter: &Filter,
        limit: Option<usize>,
    ) -> Self::Page {
        let limit = limit.unwrap_or(usize::MAX);
        let events = within(&self.events, places).iter();
        let matching = |events: &mut dyn Iterator<Item = &StoredEvent<P>>| {
            events.filter(|event| filter.matches(event)).take(limit).cloned().collect()
        };
        if backwards { matching(&mut events.rev()) } else { matching(&mut { events }) }
    }
}

impl<P> Default for VecLog<P> {
    fn default() -> Self {
        Self { events: Vec::new(), streams: HashMap::new() }
    }
}

fn within<T>(all: &[T], places: Range<usize>) -> &[T] {
    all.get(places.start..places.end.min(all.len())).unwrap_or_default()
}

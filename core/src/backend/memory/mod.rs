mod log;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
pub use log::{MemoryLog, VecLog};

use crate::backend::{
    Appended, EventReader, EventWriter, LogRange, Page, Recorded, Replay, Snapshot, SnapshotStore,
    StreamRange, replay,
};
use crate::envelope::{Envelope, EventId, Position, StoredEvent, StreamId, Timestamp, Version};
use crate::error::{ConflictError, StoreError, StoreErrorKind, WriteError};
use crate::host::Host;
use crate::payload::Payload;
use crate::store::{ExpectedVersion, Filter};

/// A store in memory: for tests, for caches, and as the measure of what the others do.
///
/// ```
/// use std::sync::Arc;
/// use onefold::{EventType, Json, MemoryStore, NewEvent, Store, StoreOptions, SystemHost};
///
/// # pollster::block_on(async {
/// let host = Arc::new(SystemHost);
/// let store = Store::new(MemoryStore::new(host.clone()), host, StoreOptions::default())?;
/// let event = NewEvent::new(EventType::new("OrderPlaced")?, Json::parse("{}")?);
/// let appended = store.append("Order-1", vec![event], Default::default()).await?;
/// assert_eq!(appended.version.get(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
pub struct MemoryStore<P, L = VecLog<P>> {
    epoch: EventId,
    host: Arc<dyn Host>,
    kept: Mutex<Kept<P, L>>,
}

impl<P: Payload> MemoryStore<P> {
    /// An empty store.
    pub fn new(host: Arc<dyn Host>) -> Self {
        Self::with_log(host)
    }
}

impl<P: Payload, L: MemoryLog<P>> MemoryStore<P, L> {
    /// An empty store that keeps its events in a log of one's own.
    pub fn with_log(host: Arc<dyn Host>) -> Self {
        Self { epoch: new_epoch(host.as_ref()), host, kept: Mutex::new(Kept::default()) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept<P, L>> {
        // A panic elsewhere cannot leave it half-written: every change is a few infallible pushes.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A fresh UUID for a store that is being made.
pub fn new_epoch(host: &dyn Host) -> EventId {
    let mut random = [0; 16];
    host.fill_random(&mut random);
    EventId::new(uuid::Builder::from_random_bytes(random).into_uuid())
}

impl<P: Payload, L: MemoryLog<P>> EventReader for MemoryStore<P, L> {
    type Payload = P;
    type Page = L::Page;

    async fn read_stream(&self, stream_id: &StreamId, range: StreamRange) -> Result<L::Page, StoreError> {
        let log = &self.kept().log;
        let limit = range.limit.unwrap_or(usize::MAX);
        let places = if range.backwards {
            let len = log.stream_len(stream_id);
            let end = range.from.map_or(len, |from| index(from.get()).min(len));
            end.saturating_sub(limit)..end
        } else {
            let start = range.from.map_or(0, |from| index(from.get().saturating_sub(1)));
            start..start.saturating_add(limit)
        };
        Ok(log.stream(stream_id, places, range.backwards))
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<L::Page, StoreError> {
        let log = &self.kept().log;
        // The event at position 1 is at place 0.
        let after = range.after.map_or(0, |after| index(after.get()));
        let places: Range<usize> = if range.backwards {
            0..range.after.map_or(log.len(), |_| after.saturating_sub(1))
        } else {
            after..log.len()
        };
        Ok(log.all(places, range.backwards, filter, range.limit))
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        Ok(self.kept().stream_version(stream_id))
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(Position::new(self.kept().log.len() as u64))
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<P>>, StoreError> {
        Ok(self.kept().find(id))
    }

    fn epoch(&self) -> EventId {
        self.epoch
    }
}

impl<P: Payload, L: MemoryLog<P>> EventWriter for MemoryStore<P, L> {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<P>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        let recorded_at = self.host.now();
        self.kept().append(stream_id, events, expected, recorded_at)
    }

    /// Lets go of all events: in JavaScript, what WebAssembly holds is out of the garbage collector's reach.
    async fn close(&self) -> Result<(), StoreError> {
        *self.kept() = Kept { is_closed: true, ..Kept::default() };
        Ok(())
    }
}

impl<P: Payload, L: MemoryLog<P>> SnapshotStore for MemoryStore<P, L> {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<P>>, StoreError> {
        let kept = self.kept();
        Ok(kept.snapshots.get(stream_id).and_then(|by_name| by_name.get(name)).cloned())
    }

    async fn save_snapshot(&self, snapshot: Snapshot<P>) -> Result<(), StoreError> {
        let mut kept = self.kept();
        let by_name = kept.snapshots.entry(snapshot.stream_id.clone()).or_default();
        if by_name.get(&snapshot.name).is_none_or(|kept| snapshot.replaces(kept)) {
            by_name.insert(snapshot.name.clone(), snapshot);
        }
        Ok(())
    }
}

struct Kept<P, L> {
    /// An append that was under way when the store was closed must not report what nobody can read.
    is_closed: bool,
    log: L,
    /// Where in the log the event of an id is.
    ids: HashMap<EventId, usize, RandomState>,
    snapshots: HashMap<StreamId, HashMap<String, Snapshot<P>>>,
}

impl<P: Payload, L: MemoryLog<P>> Kept<P, L> {
    fn append(
        &mut self,
        stream_id: &StreamId,
        events: Vec<Envelope<P>>,
        expected: ExpectedVersion,
        recorded_at: Timestamp,
    ) -> Result<Appended, WriteError> {
        if self.is_closed {
            return Err(StoreError::new(StoreErrorKind::Closed, "the store was closed meanwhile").into());
        }
        let stored: Vec<_> = events.iter().map(|event| self.find(event.id)).collect();
        if let Replay::Repeated { version, position } = replay(stream_id, expected, &events, &stored)? {
            return Ok(Appended { version, position, duplicate: true, recorded: None });
        }
        let actual = self.stream_version(stream_id);
        if !expected.accepts(actual) {
            return Err(ConflictError { stream_id: stream_id.clone(), expected, actual }.into());
        }
        if events.is_empty() {
            let position = self.last_position(stream_id);
            return Ok(Appended { version: actual, position, duplicate: false, recorded: None });
        }
        let place = self.log.len();
        let version = actual.plus(events.len() as u64);
        let positions: Vec<_> =
            (1..=events.len() as u64).map(|count| Position::new(place as u64 + count)).collect();
        let stored = events.into_iter().zip((1..).zip(&positions)).map(|(envelope, (count, position))| {
            StoredEvent::record(envelope, stream_id.clone(), actual.plus(count), *position, recorded_at)
        });
        let stored: Vec<_> = stored.collect();
        self.ids.extend(stored.iter().map(|event| event.id).zip(place..));
        self.log.push(stream_id, stored);
        let position = Position::new(self.log.len() as u64);
        let recorded = Some(Recorded { recorded_at, positions });
        Ok(Appended { version, position, duplicate: false, recorded })
    }

    fn stream_version(&self, stream_id: &StreamId) -> Version {
        Version::new(self.log.stream_len(stream_id) as u64)
    }

    fn last_position(&self, stream_id: &StreamId) -> Position {
        let len = self.log.stream_len(stream_id);
        let last = self.log.stream(stream_id, len.saturating_sub(1)..len, false);
        last.last_position().unwrap_or(Position::ZERO)
    }

    fn find(&self, id: EventId) -> Option<StoredEvent<P>> {
        self.log.event(*self.ids.get(&id)?)
    }
}

impl<P, L: Default> Default for Kept<P, L> {
    fn default() -> Self {
        Self { is_closed: false, log: L::default(), ids: HashMap::default(), snapshots: HashMap::new() }
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::EventType;
    use crate::host::SystemHost;
    use crate::payload::Json;

    #[test]
    fn closing_lets_go_of_all_events_and_takes_no_more() -> Result<(), Box<dyn std::error::Error>> {
        let store = MemoryStore::new(Arc::new(SystemHost));
        let stream_id = StreamId::new("Order-1")?;
        let event = |number| {
            Ok::<_, Box<dyn std::error::Error>>(Envelope {
                id: EventId::from_bytes([number; 16]),
                event_type: EventType::new("OrderPlaced")?,
                schema_version: 1,
                data: Json::parse("{}")?,
                metadata: crate::envelope::Metadata::none(),
            })
        };
        pollster::block_on(store.append(&stream_id, vec![event(1)?], ExpectedVersion::Any))?;
        pollster::block_on(store.close())?;
        assert_eq!(pollster::block_on(store.head())?, Position::ZERO);
        let late = pollster::block_on(store.append(&stream_id, vec![event(2)?], ExpectedVersion::Any));
        assert!(
            matches!(late, Err(WriteError::Store(error)) if error.kind == StoreErrorKind::Closed),
            "an append after the end must not be reported as written"
        );
        Ok(())
    }
}

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::backend::{
    Appended, EventReader, EventWriter, LogRange, Recorded, Replay, Snapshot, SnapshotStore, StreamRange,
    replay,
};
use crate::envelope::{Envelope, EventId, Position, StoredEvent, StreamId, Timestamp, Version};
use crate::error::{ConflictError, StoreError, WriteError};
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
pub struct MemoryStore<P> {
    epoch: EventId,
    host: Arc<dyn Host>,
    log: Mutex<Log<P>>,
}

impl<P: Payload> MemoryStore<P> {
    /// An empty store.
    pub fn new(host: Arc<dyn Host>) -> Self {
        Self { epoch: new_epoch(host.as_ref()), host, log: Mutex::new(Log::default()) }
    }

    fn log(&self) -> MutexGuard<'_, Log<P>> {
        // A panic elsewhere cannot leave the log half-written: every change is a few infallible pushes.
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A fresh UUID for a store that is being made.
pub fn new_epoch(host: &dyn Host) -> EventId {
    let mut random = [0; 16];
    host.fill_random(&mut random);
    EventId::new(uuid::Builder::from_random_bytes(random).into_uuid())
}

impl<P: Payload> EventReader for MemoryStore<P> {
    type Payload = P;

    async fn read_stream(
        &self,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<P>>, StoreError> {
        let log = self.log();
        let Some(stream) = log.streams.get(stream_id) else {
            return Ok(Vec::new());
        };
        let start = range.from.map_or(0, |from| index(from.get().saturating_sub(1)));
        let limit = range.limit.unwrap_or(usize::MAX);
        let events = |places: &mut dyn Iterator<Item = &usize>| {
            places.filter_map(|place| log.events.get(*place)).take(limit).cloned().collect()
        };
        if range.backwards {
            let end = range.from.map_or(usize::MAX, |from| index(from.get())).min(stream.len());
            return Ok(events(&mut stream.iter().take(end).rev()));
        }
        Ok(events(&mut stream.iter().skip(start)))
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<Vec<StoredEvent<P>>, StoreError> {
        let log = self.log();
        let limit = range.limit.unwrap_or(usize::MAX);
        let matching = |events: &mut dyn Iterator<Item = &StoredEvent<P>>| {
            events.filter(|event| filter.matches(event)).take(limit).cloned().collect()
        };
        // Positions are 1, 2, 3 … here, so an event's index is its position less one.
        let after = range.after.map_or(0, |after| index(after.get()));
        if range.backwards {
            let end = range.after.map_or(log.events.len(), |_| after.saturating_sub(1));
            return Ok(matching(&mut log.events.iter().take(end).rev()));
        }
        Ok(matching(&mut log.events.iter().skip(after)))
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        Ok(self.log().stream_version(stream_id))
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(self.log().head())
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<P>>, StoreError> {
        Ok(self.log().find(id).cloned())
    }

    fn epoch(&self) -> EventId {
        self.epoch
    }
}

impl<P: Payload> EventWriter for MemoryStore<P> {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<P>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        let recorded_at = self.host.now();
        self.log().append(stream_id, events, expected, recorded_at)
    }
}

impl<P: Payload> SnapshotStore for MemoryStore<P> {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<P>>, StoreError> {
        let log = self.log();
        Ok(log.snapshots.get(stream_id).and_then(|by_name| by_name.get(name)).cloned())
    }

    async fn save_snapshot(&self, snapshot: Snapshot<P>) -> Result<(), StoreError> {
        let mut log = self.log();
        let by_name = log.snapshots.entry(snapshot.stream_id.clone()).or_default();
        if by_name.get(&snapshot.name).is_none_or(|kept| snapshot.replaces(kept)) {
            by_name.insert(snapshot.name.clone(), snapshot);
        }
        Ok(())
    }
}

struct Log<P> {
    events: Vec<StoredEvent<P>>,
    /// Where in `events` each event of a stream is.
    streams: HashMap<StreamId, Vec<usize>>,
    /// Where in `events` the event of an id is.
    ids: HashMap<EventId, usize>,
    snapshots: HashMap<StreamId, HashMap<String, Snapshot<P>>>,
}

impl<P: Payload> Log<P> {
    fn append(
        &mut self,
        stream_id: &StreamId,
        events: Vec<Envelope<P>>,
        expected: ExpectedVersion,
        recorded_at: Timestamp,
    ) -> Result<Appended, WriteError> {
        let stored: Vec<_> = events.iter().map(|event| self.find(event.id).cloned()).collect();
        if let Replay::Repeated { version, position } = replay(stream_id, expected, &events, &stored)? {
            return Ok(Appended { version, position, duplicate: true, recorded: None });
        }
        let actual = self.stream_version(stream_id);
        if !expected.accepts(actual) {
            return Err(ConflictError { stream_id: stream_id.clone(), expected, actual }.into());
        }
        let mut appended =
            Appended { version: actual, position: Position::ZERO, duplicate: false, recorded: None };
        if events.is_empty() {
            let last = self.streams.get(stream_id).and_then(|stream| self.events.get(*stream.last()?));
            appended.position = last.map_or(Position::ZERO, |event| event.position);
            return Ok(appended);
        }
        let mut positions = Vec::with_capacity(events.len());
        let stream = self.streams.entry(stream_id.clone()).or_default();
        for envelope in events {
            appended.version = appended.version.next();
            appended.position = Position::new(self.events.len() as u64 + 1);
            positions.push(appended.position);
            stream.push(self.events.len());
            self.ids.insert(envelope.id, self.events.len());
            self.events.push(StoredEvent::record(
                envelope,
                stream_id.clone(),
                appended.version,
                appended.position,
                recorded_at,
            ));
        }
        appended.recorded = Some(Recorded { recorded_at, positions });
        Ok(appended)
    }

    fn stream_version(&self, stream_id: &StreamId) -> Version {
        Version::new(self.streams.get(stream_id).map_or(0, |stream| stream.len() as u64))
    }

    fn head(&self) -> Position {
        self.events.last().map_or(Position::ZERO, |event| event.position)
    }

    fn find(&self, id: EventId) -> Option<&StoredEvent<P>> {
        self.events.get(*self.ids.get(&id)?)
    }
}

impl<P> Default for Log<P> {
    fn default() -> Self {
        Self { events: Vec::new(), streams: HashMap::new(), ids: HashMap::new(), snapshots: HashMap::new() }
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

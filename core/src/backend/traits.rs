use crate::backend::{LogRange, Page, Snapshot, StreamRange};
use crate::envelope::{Envelope, EventId, Position, StoredEvent, StreamId, Timestamp, Version};
use crate::error::{StoreError, WriteError};
use crate::marker::{MaybeSend, MaybeSync};
use crate::payload::Payload;
use crate::store::{ExpectedVersion, Filter};

/// Reads what was appended, as it was stored. [`Store`](crate::Store) adds upcasting, cursors and pages.
pub trait EventReader: MaybeSend + MaybeSync {
    /// What the events carry.
    type Payload: Payload;

    /// What a read gives: natively `Vec<StoredEvent<Self::Payload>>`.
    type Page: Page<Payload = Self::Payload>;

    /// Events of one stream, in version order or backwards; none where the stream does not exist.
    fn read_stream(
        &self,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> impl Future<Output = Result<Self::Page, StoreError>> + MaybeSend;

    /// Events that match the filter, in position order or backwards; the filter applies before the limit.
    ///
    /// A reader that has seen a position must never find a smaller one afterwards.
    fn read_all(
        &self,
        range: LogRange,
        filter: &Filter,
    ) -> impl Future<Output = Result<Self::Page, StoreError>> + MaybeSend;

    /// The version of a stream; 0 where it does not exist.
    fn stream_version(
        &self,
        stream_id: &StreamId,
    ) -> impl Future<Output = Result<Version, StoreError>> + MaybeSend;

    /// The position of the last event that a reader may see; 0 where there is none.
    fn head(&self) -> impl Future<Output = Result<Position, StoreError>> + MaybeSend;

    /// The last position that an append may have been given: not before [`head`](Self::head), and ahead of it where
    /// an append returns before readers may see its events, because of others that still run. No cursor is ahead of
    /// it.
    fn last_position(&self) -> impl Future<Output = Result<Position, StoreError>> + MaybeSend {
        self.head()
    }

    /// The event of this id.
    fn find_event(
        &self,
        id: EventId,
    ) -> impl Future<Output = Result<Option<StoredEvent<Self::Payload>>, StoreError>> + MaybeSend;

    /// The UUID that was made with the store: positions mean something within it only.
    fn epoch(&self) -> EventId;

    /// How many events of a stream are read at a time to be folded: so few that they stay in the processor's cache,
    /// unless the way to the store costs more than that.
    fn fold_page(&self) -> usize {
        1_000
    }
}

/// Appends events.
pub trait EventWriter: EventReader {
    /// Writes all of the events or none, at the versions after the stream's last, if the stream is as expected.
    ///
    /// Ids are looked up before the version is checked: see [`replay`](crate::replay), which decides what known
    /// ids mean. Without events, only the expected version is checked.
    fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<Self::Payload>>,
        expected: ExpectedVersion,
    ) -> impl Future<Output = Result<Appended, WriteError>> + MaybeSend;

    /// Releases what the store holds. Nothing is called after it.
    fn close(&self) -> impl Future<Output = Result<(), StoreError>> + MaybeSend {
        async { Ok(()) }
    }
}

/// Keeps snapshots: a cache, one per stream and decider name. A store without them keeps the default methods.
pub trait SnapshotStore: EventReader {
    /// The snapshot of a stream under a decider's name.
    fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> impl Future<Output = Result<Option<Snapshot<Self::Payload>>, StoreError>> + MaybeSend {
        let _ = (stream_id, name);
        async { Ok(None) }
    }

    /// Keeps a snapshot, unless there is one of the same state version and a later stream version.
    fn save_snapshot(
        &self,
        snapshot: Snapshot<Self::Payload>,
    ) -> impl Future<Output = Result<(), StoreError>> + MaybeSend {
        let _ = snapshot;
        async { Ok(()) }
    }
}

/// All that a store does.
pub trait EventStore: EventReader + EventWriter + SnapshotStore {}

impl<S: EventReader + EventWriter + SnapshotStore> EventStore for S {}

/// What an append came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The version of the stream after these events.
    pub version: Version,
    /// The position of the last of them; of an empty append, that of the stream's last event, or 0.
    pub position: Position,
    /// Whether they were there already: a retry of an append that had succeeded.
    pub duplicate: bool,
    /// How each event was recorded, where the store can say so without reading it back.
    pub recorded: Option<Recorded>,
}

/// What a store adds to the events of one append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// When.
    pub recorded_at: Timestamp,
    /// Where, one position an event.
    pub positions: Vec<Position>,
}

impl Recorded {
    /// The position of the event at a version, when they were appended after another one.
    pub fn position_of(&self, after: Version, version: Version) -> Option<Position> {
        let index = version.get().checked_sub(after.get())?.checked_sub(1)?;
        self.positions.get(usize::try_from(index).ok()?).copied()
    }
}

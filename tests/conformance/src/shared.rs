use std::sync::Arc;

use onefold::{
    Appended, Envelope, EventId, EventReader, EventStore, EventWriter, ExpectedVersion, Filter, LogRange,
    Position, Snapshot, SnapshotStore, StoreError, StoredEvent, StreamId, StreamRange, Version, WriteError,
};

/// A backend that several stores are open on at once, with options of their own.
pub struct Shared<B>(Arc<B>);

impl<B> Shared<B> {
    /// Shares a backend.
    pub fn new(backend: B) -> Self {
        Self(Arc::new(backend))
    }

    /// The backend itself, when nobody else holds it any more.
    pub fn into_inner(self) -> Option<B> {
        Arc::into_inner(self.0)
    }
}

impl<B> Clone for Shared<B> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<B: EventStore> EventReader for Shared<B> {
    type Payload = B::Payload;
    type Page = B::Page;

    async fn read_stream(&self, stream_id: &StreamId, range: StreamRange) -> Result<B::Page, StoreError> {
        self.0.read_stream(stream_id, range).await
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<B::Page, StoreError> {
        self.0.read_all(range, filter).await
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        self.0.stream_version(stream_id).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.0.head().await
    }

    async fn last_position(&self) -> Result<Position, StoreError> {
        self.0.last_position().await
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<Self::Payload>>, StoreError> {
        self.0.find_event(id).await
    }

    fn epoch(&self) -> EventId {
        self.0.epoch()
    }
}

// `close` keeps its default: others may still be at work on the backend.
impl<B: EventStore> EventWriter for Shared<B> {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<Self::Payload>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        self.0.append(stream_id, events, expected).await
    }
}

impl<B: EventStore> SnapshotStore for Shared<B> {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<Self::Payload>>, StoreError> {
        self.0.load_snapshot(stream_id, name).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot<Self::Payload>) -> Result<(), StoreError> {
        self.0.save_snapshot(snapshot).await
    }
}

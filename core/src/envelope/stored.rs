use crate::envelope::{Envelope, EventId, EventType, Metadata, Position, StreamId, Timestamp, Version};

/// An event as a store recorded it, or as upcasting shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEvent<P> {
    /// The id, unique in a store.
    pub id: EventId,
    /// The type.
    pub event_type: EventType,
    /// The schema version of `data`, from 1.
    pub schema_version: u32,
    /// Which product of a split this is, from 0; 0 for events that were not split.
    pub part: u32,
    /// What happened: a JSON value.
    pub data: P,
    /// What is known beside it.
    pub metadata: Metadata<P>,
    /// The stream that it belongs to.
    pub stream_id: StreamId,
    /// Its place in that stream, from 1.
    pub version: Version,
    /// Its place in the whole store.
    pub position: Position,
    /// When the store recorded it.
    pub recorded_at: Timestamp,
}

impl<P> StoredEvent<P> {
    /// The envelope as recorded at this place and time.
    pub fn record(
        envelope: Envelope<P>,
        stream_id: StreamId,
        version: Version,
        position: Position,
        recorded_at: Timestamp,
    ) -> Self {
        let Envelope { id, event_type, schema_version, data, metadata } = envelope;
        Self {
            id,
            event_type,
            schema_version,
            part: 0,
            data,
            metadata,
            stream_id,
            version,
            position,
            recorded_at,
        }
    }
}

use crate::envelope::{EventId, EventType, Metadata};

/// An event on its way into a store: what its maker knows of it.
///
/// ```
/// use onefold::{EventType, Json, Metadata, NewEvent};
///
/// let event = NewEvent::new(EventType::new("OrderPlaced")?, Json::parse(r#"{"total_cents": 5000}"#)?)
///     .with_metadata(Metadata::none().with_correlation_id("req-1"));
/// assert_eq!(event.schema_version, None); // the registry's current one, or 1
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent<P> {
    /// The id; absent, the store makes one.
    pub id: Option<EventId>,
    /// The type.
    pub event_type: EventType,
    /// The schema version of `data`, from 1; absent, the registry's current one for the type, or 1.
    pub schema_version: Option<u32>,
    /// What happened: a JSON value.
    pub data: P,
    /// What is known beside it.
    pub metadata: Metadata<P>,
}

impl<P> NewEvent<P> {
    /// An event of this type and data, without id, schema version or metadata.
    pub const fn new(event_type: EventType, data: P) -> Self {
        Self { id: None, event_type, schema_version: None, data, metadata: Metadata::none() }
    }

    /// With this id.
    #[must_use]
    pub fn with_id(mut self, id: EventId) -> Self {
        self.id = Some(id);
        self
    }

    /// With this schema version.
    #[must_use]
    pub fn with_schema_version(mut self, version: u32) -> Self {
        self.schema_version = Some(version);
        self
    }

    /// With this metadata.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata<P>) -> Self {
        self.metadata = metadata;
        self
    }
}

/// A complete event, checked and ready to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope<P> {
    /// The id, unique in a store.
    pub id: EventId,
    /// The type.
    pub event_type: EventType,
    /// The schema version of `data`, from 1.
    pub schema_version: u32,
    /// What happened: a JSON value.
    pub data: P,
    /// What is known beside it.
    pub metadata: Metadata<P>,
}

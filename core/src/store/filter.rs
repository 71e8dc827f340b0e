use std::sync::Arc;

use crate::envelope::{EventType, StoredEvent, Timestamp};

/// Which events of the whole store: all that match every field given.
///
/// ```
/// # use std::sync::Arc;
/// # use onefold::{EventType, Json, MemoryStore, NewEvent, Store, StoreOptions, SystemHost};
/// use onefold::{Filter, ReadAll};
///
/// # pollster::block_on(async {
/// # let host = Arc::new(SystemHost);
/// # let store = Store::new(MemoryStore::new(host.clone()), host, StoreOptions::default())?;
/// # let event = NewEvent::new(EventType::new("OrderPlaced")?, Json::parse("{}")?);
/// # store.append("Order-1", vec![event.clone()], Default::default()).await?;
/// # store.append("Item-1", vec![event], Default::default()).await?;
/// let filter = Filter { category: Some("Order".into()), ..Filter::default() };
/// let orders = store.read_all(ReadAll { filter, ..ReadAll::default() }).await?;
/// assert!(orders.iter().all(|event| event.stream_id.category() == "Order"));
/// # assert_eq!(orders.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The category of the stream; an id without `-` is its own category.
    pub category: Option<Arc<str>>,
    /// The types. For [`Store`](crate::Store), a current name or any alias stands for all of them; a backend
    /// compares the stored type. An empty list finds nothing.
    pub types: Option<Vec<EventType>>,
    /// The tenant.
    pub tenant: Option<Arc<str>>,
    /// The correlation id.
    pub correlation_id: Option<Arc<str>>,
    /// Recorded at this moment or later.
    pub recorded_from: Option<Timestamp>,
    /// Recorded before this moment.
    pub recorded_to: Option<Timestamp>,
}

impl Filter {
    /// Whether a stored event matches.
    pub fn matches<P>(&self, event: &StoredEvent<P>) -> bool {
        self.category.as_deref().is_none_or(|category| event.stream_id.category() == category)
            && self.types.as_ref().is_none_or(|types| types.contains(&event.event_type))
            && self.tenant.as_ref().is_none_or(|tenant| event.metadata.tenant.as_ref() == Some(tenant))
            && self
                .correlation_id
                .as_ref()
                .is_none_or(|id| event.metadata.correlation_id.as_ref() == Some(id))
            && self.recorded_from.is_none_or(|from| event.recorded_at >= from)
            && self.recorded_to.is_none_or(|to| event.recorded_at < to)
    }
}

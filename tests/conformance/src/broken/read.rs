//! Faults of reading: R1, R2, R5.

use onefold::{
    EventReader, Filter, Json, LogRange, MemoryStore, Position, StoreError, StoredEvent, StreamId,
    StreamRange, Version,
};

use super::Fault;

/// Gives the last two events of a page in the wrong order.
#[derive(Default)]
pub struct ReorderedRead;

impl Fault for ReorderedRead {
    async fn read_all(
        &self,
        store: &MemoryStore<Json>,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let mut events = store.read_all(range, filter).await?;
        if let [.., one, other] = events.as_mut_slice() {
            std::mem::swap(one, other);
        }
        Ok(events)
    }
}

/// Filters the page instead of the store.
#[derive(Default)]
pub struct FilterAfterLimit;

impl Fault for FilterAfterLimit {
    async fn read_all(
        &self,
        store: &MemoryStore<Json>,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let page = store.read_all(range, &Filter::default()).await?;
        Ok(page.into_iter().filter(|event| filter.matches(event)).collect())
    }
}

/// Reads a stream to its end, whatever the limit.
#[derive(Default)]
pub struct StreamLimitIgnored;

impl Fault for StreamLimitIgnored {
    async fn read_stream(
        &self,
        store: &MemoryStore<Json>,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        store
            .read_stream(stream_id, StreamRange { limit: None, ..range })
            .await
    }
}

/// Reads the store to its end, whatever the limit.
#[derive(Default)]
pub struct LimitIgnored;

impl Fault for LimitIgnored {
    async fn read_all(
        &self,
        store: &MemoryStore<Json>,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        store.read_all(LogRange { limit: None, ..range }, filter).await
    }
}

/// Reads no more than 1,000 events of a stream at once.
#[derive(Default)]
pub struct StreamCutOff;

impl Fault for StreamCutOff {
    async fn read_stream(
        &self,
        store: &MemoryStore<Json>,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let limit = Some(range.limit.unwrap_or(1000).min(1000));
        store.read_stream(stream_id, StreamRange { limit, ..range }).await
    }
}

/// Reads a stream forwards only.
#[derive(Default)]
pub struct StreamBackwardsIgnored;

impl Fault for StreamBackwardsIgnored {
    async fn read_stream(
        &self,
        store: &MemoryStore<Json>,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        store
            .read_stream(
                stream_id,
                StreamRange {
                    backwards: false,
                    ..range
                },
            )
            .await
    }
}

/// Reads the store forwards only.
#[derive(Default)]
pub struct BackwardsIgnored;

impl Fault for BackwardsIgnored {
    async fn read_all(
        &self,
        store: &MemoryStore<Json>,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        store
            .read_all(
                LogRange {
                    backwards: false,
                    ..range
                },
                filter,
            )
            .await
    }
}

/// Begins after the version asked for.
#[derive(Default)]
pub struct FromVersionExclusive;

impl Fault for FromVersionExclusive {
    async fn read_stream(
        &self,
        store: &MemoryStore<Json>,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let from = range.from.map(|from| {
            if range.backwards || from <= Version::new(1) {
                from
            } else {
                from.next()
            }
        });
        store.read_stream(stream_id, StreamRange { from, ..range }).await
    }
}

/// Finds nothing backwards from a version past the head.
#[derive(Default)]
pub struct NothingFromPastHead;

impl Fault for NothingFromPastHead {
    async fn read_stream(
        &self,
        store: &MemoryStore<Json>,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let head = store.stream_version(stream_id).await?;
        if range.backwards && range.from.is_some_and(|from| from > head) {
            return Ok(Vec::new());
        }
        store.read_stream(stream_id, range).await
    }
}

/// Begins at the position given, and so gives its event a second time.
#[derive(Default)]
pub struct AfterPositionInclusive;

impl Fault for AfterPositionInclusive {
    async fn read_all(
        &self,
        store: &MemoryStore<Json>,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let after = range
            .after
            .map(|after| if range.backwards { after } else { after.previous() });
        store.read_all(LogRange { after, ..range }, filter).await
    }
}

/// Begins at the position given when it goes backwards.
#[derive(Default)]
pub struct BelowPositionInclusive;

impl Fault for BelowPositionInclusive {
    async fn read_all(
        &self,
        store: &MemoryStore<Json>,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let after = range
            .after
            .map(|after| if range.backwards { after.next() } else { after });
        store.read_all(LogRange { after, ..range }, filter).await
    }
}

/// Takes every stream whose id begins with the category.
#[derive(Default)]
pub struct CategoryAsPrefix;

impl Fault for CategoryAsPrefix {
    async fn read_all(
        &self,
        store: &MemoryStore<Json>,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let (limit, prefix) = (
            range.limit.unwrap_or(usize::MAX),
            filter.category.clone().unwrap_or_default(),
        );
        let filter = Filter {
            category: None,
            ..filter.clone()
        };
        let events = store.read_all(LogRange { limit: None, ..range }, &filter).await?;
        Ok(events
            .into_iter()
            .filter(|event| event.stream_id.as_str().starts_with(&*prefix))
            .take(limit)
            .collect())
    }
}

/// Takes an empty list of types for any type.
#[derive(Default)]
pub struct NoTypesIsAny;

impl Fault for NoTypesIsAny {
    async fn read_all(
        &self,
        store: &MemoryStore<Json>,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let types = filter.types.clone().filter(|types| !types.is_empty());
        let filter = Filter {
            types,
            ..filter.clone()
        };
        store.read_all(range, &filter).await
    }
}

/// Looks for the first type named only.
#[derive(Default)]
pub struct FirstTypeOnly;

impl Fault for FirstTypeOnly {
    async fn read_all(
        &self,
        store: &MemoryStore<Json>,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let mut filter = filter.clone();
        if let Some(types) = &mut filter.types {
            types.truncate(1);
        }
        store.read_all(range, &filter).await
    }
}

/// Looks at no tenant: one's events are shown to another.
#[derive(Default)]
pub struct TenantIgnored;

impl Fault for TenantIgnored {
    async fn read_all(
        &self,
        store: &MemoryStore<Json>,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        store
            .read_all(
                range,
                &Filter {
                    tenant: None,
                    ..filter.clone()
                },
            )
            .await
    }
}

/// Looks at no correlation id.
#[derive(Default)]
pub struct CorrelationIgnored;

impl Fault for CorrelationIgnored {
    async fn read_all(
        &self,
        store: &MemoryStore<Json>,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        store
            .read_all(
                range,
                &Filter {
                    correlation_id: None,
                    ..filter.clone()
                },
            )
            .await
    }
}

/// Takes the end of a span of time for a part of it.
#[derive(Default)]
pub struct RecordedToInclusive;

impl Fault for RecordedToInclusive {
    async fn read_all(
        &self,
        store: &MemoryStore<Json>,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let later = |to: onefold::Timestamp| onefold::Timestamp::from_micros(to.as_micros() + 1);
        let recorded_to = filter.recorded_to.map(later);
        store
            .read_all(
                range,
                &Filter {
                    recorded_to,
                    ..filter.clone()
                },
            )
            .await
    }
}

/// Says that its head is one further than it is.
#[derive(Default)]
pub struct HeadTooFar;

impl Fault for HeadTooFar {
    fn head(&self, head: Position) -> Position {
        head.next()
    }
}

/// Shows every event at the same position as the one before it, two by two.
#[derive(Default)]
pub struct PositionsRepeat;

impl Fault for PositionsRepeat {
    async fn read_all(
        &self,
        store: &MemoryStore<Json>,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let mut events = store.read_all(range, filter).await?;
        for event in &mut events {
            event.position = Position::new(event.position.get().div_ceil(2) * 2);
        }
        Ok(events)
    }
}

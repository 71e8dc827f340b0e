//! Faults of reading: R1, R2, R5.

use onefold::{
    Filter, Json, LogRange, Position, StoreError, StoredEvent, StreamId, StreamRange, Timestamp, Version,
};

use super::{Fault, Memory};

/// Gives the last two events of a page in the wrong order.
#[derive(Default)]
pub struct ReorderedRead;

impl Fault for ReorderedRead {
    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let mut events = store.read_all(range, filter)?;
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
    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let page = store.read_all(range, &Filter::default())?;
        Ok(page.into_iter().filter(|event| filter.matches(event)).collect())
    }
}

/// Reads a stream to its end, whatever the limit.
#[derive(Default)]
pub struct StreamLimitIgnored;

impl Fault for StreamLimitIgnored {
    fn read_stream(
        &self,
        store: &Memory,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        store.read_stream(stream_id, StreamRange { limit: None, ..range })
    }
}

/// Reads the store to its end, whatever the limit.
#[derive(Default)]
pub struct LimitIgnored;

impl Fault for LimitIgnored {
    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        store.read_all(LogRange { limit: None, ..range }, filter)
    }
}

/// Reads no more than 1,000 events of a stream at once.
#[derive(Default)]
pub struct StreamCutOff;

impl Fault for StreamCutOff {
    fn read_stream(
        &self,
        store: &Memory,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let limit = Some(range.limit.unwrap_or(1000).min(1000));
        store.read_stream(stream_id, StreamRange { limit, ..range })
    }
}

/// Reads a stream forwards only.
#[derive(Default)]
pub struct StreamBackwardsIgnored;

impl Fault for StreamBackwardsIgnored {
    fn read_stream(
        &self,
        store: &Memory,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        store.read_stream(stream_id, StreamRange { backwards: false, ..range })
    }
}

/// Reads the store forwards only.
#[derive(Default)]
pub struct BackwardsIgnored;

impl Fault for BackwardsIgnored {
    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        store.read_all(LogRange { backwards: false, ..range }, filter)
    }
}

/// Begins after the version asked for.
#[derive(Default)]
pub struct FromVersionExclusive;

impl Fault for FromVersionExclusive {
    fn read_stream(
        &self,
        store: &Memory,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let from = range
            .from
            .map(|from| if range.backwards || from <= Version::new(1) { from } else { from.next() });
        store.read_stream(stream_id, StreamRange { from, ..range })
    }
}

/// Finds nothing backwards from a version past the head.
#[derive(Default)]
pub struct NothingFromPastHead;

impl Fault for NothingFromPastHead {
    fn read_stream(
        &self,
        store: &Memory,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let head = store.stream_version(stream_id)?;
        if range.backwards && range.from.is_some_and(|from| from > head) {
            return Ok(Vec::new());
        }
        store.read_stream(stream_id, range)
    }
}

/// Begins at the position given, and so gives its event a second time.
#[derive(Default)]
pub struct AfterPositionInclusive;

impl Fault for AfterPositionInclusive {
    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let after = range.after.map(|after| if range.backwards { after } else { after.previous() });
        store.read_all(LogRange { after, ..range }, filter)
    }
}

/// Begins at the position given when it goes backwards.
#[derive(Default)]
pub struct BelowPositionInclusive;

impl Fault for BelowPositionInclusive {
    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let after = range.after.map(|after| if range.backwards { after.next() } else { after });
        store.read_all(LogRange { after, ..range }, filter)
    }
}

/// Takes every stream whose id begins with the category.
#[derive(Default)]
pub struct CategoryAsPrefix;

impl Fault for CategoryAsPrefix {
    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let (limit, prefix) =
            (range.limit.unwrap_or(usize::MAX), filter.category.clone().unwrap_or_default());
        let filter = Filter { category: None, ..filter.clone() };
        let events = store.read_all(LogRange { limit: None, ..range }, &filter)?;
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
    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let types = filter.types.clone().filter(|types| !types.is_empty());
        let filter = Filter { types, ..filter.clone() };
        store.read_all(range, &filter)
    }
}

/// Looks for the first type named only.
#[derive(Default)]
pub struct FirstTypeOnly;

impl Fault for FirstTypeOnly {
    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let mut filter = filter.clone();
        if let Some(types) = &mut filter.types {
            types.truncate(1);
        }
        store.read_all(range, &filter)
    }
}

/// Looks at no tenant: one's events are shown to another.
#[derive(Default)]
pub struct TenantIgnored;

impl Fault for TenantIgnored {
    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        store.read_all(range, &Filter { tenant: None, ..filter.clone() })
    }
}

/// Looks at no correlation id.
#[derive(Default)]
pub struct CorrelationIgnored;

impl Fault for CorrelationIgnored {
    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        store.read_all(range, &Filter { correlation_id: None, ..filter.clone() })
    }
}

/// Takes the end of a span of time for a part of it.
#[derive(Default)]
pub struct RecordedToInclusive;

impl Fault for RecordedToInclusive {
    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let later = |to: Timestamp| Timestamp::from_micros(to.as_micros() + 1);
        let recorded_to = filter.recorded_to.map(later);
        store.read_all(range, &Filter { recorded_to, ..filter.clone() })
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

/// Takes the head for the last position of the store while readers may not see the last append yet.
#[derive(Default)]
pub struct HeadFallsBack;

impl Fault for HeadFallsBack {
    fn head(&self, head: Position) -> Position {
        Position::new(head.get().saturating_sub(1))
    }
}

/// Shows every event at the same position as the one before it, two by two.
#[derive(Default)]
pub struct PositionsRepeat;

impl Fault for PositionsRepeat {
    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let mut events = store.read_all(range, filter)?;
        for event in &mut events {
            event.position = Position::new(event.position.get().div_ceil(2) * 2);
        }
        Ok(events)
    }
}

//! Faults of appending: A1, A2, A4, A7.

use onefold::{
    Appended, Envelope, EventReader, EventWriter, ExpectedVersion, Json, MemoryStore, Metadata, StoreError,
    StoredEvent, StreamId, WriteError,
};

use super::{Append, Fault};

/// Checks no expected version at all.
#[derive(Default)]
pub struct NoConflictCheck;

impl Fault for NoConflictCheck {
    async fn append(&self, store: &MemoryStore<Json>, append: Append<'_>) -> Result<Appended, WriteError> {
        Append {
            expected: ExpectedVersion::Any,
            ..append
        }
        .to(store)
        .await
    }
}

/// Takes "the stream exists" for "anything".
#[derive(Default)]
pub struct StreamExistsIgnored;

impl Fault for StreamExistsIgnored {
    async fn append(&self, store: &MemoryStore<Json>, append: Append<'_>) -> Result<Appended, WriteError> {
        let ignored = append.expected == ExpectedVersion::StreamExists;
        let expected = if ignored {
            ExpectedVersion::Any
        } else {
            append.expected
        };
        Append { expected, ..append }.to(store).await
    }
}

/// Takes "no stream" for "anything".
#[derive(Default)]
pub struct NoStreamIgnored;

impl Fault for NoStreamIgnored {
    async fn append(&self, store: &MemoryStore<Json>, append: Append<'_>) -> Result<Appended, WriteError> {
        let ignored = append.expected == ExpectedVersion::NoStream;
        let expected = if ignored {
            ExpectedVersion::Any
        } else {
            append.expected
        };
        Append { expected, ..append }.to(store).await
    }
}

/// Writes event after event, so that one that is refused leaves those before it behind.
#[derive(Default)]
pub struct NonAtomicBatch;

impl Fault for NonAtomicBatch {
    async fn append(&self, store: &MemoryStore<Json>, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append {
            stream_id,
            events,
            expected,
        } = append;
        let mut appended = store.append(stream_id, Vec::new(), expected).await?;
        for event in events {
            appended = store.append(stream_id, vec![event], ExpectedVersion::Any).await?;
        }
        Ok(Appended {
            recorded: None,
            ..appended
        })
    }
}

/// Answers with the version before the last event.
#[derive(Default)]
pub struct OffByOneVersion;

impl Fault for OffByOneVersion {
    async fn append(&self, store: &MemoryStore<Json>, append: Append<'_>) -> Result<Appended, WriteError> {
        let appended = append.to(store).await?;
        Ok(Appended {
            version: appended.version.previous(),
            ..appended
        })
    }
}

/// Answers with the position of the first event of the append.
#[derive(Default)]
pub struct PositionOfFirst;

impl Fault for PositionOfFirst {
    async fn append(&self, store: &MemoryStore<Json>, append: Append<'_>) -> Result<Appended, WriteError> {
        let appended = append.to(store).await?;
        let first = appended
            .recorded
            .as_ref()
            .and_then(|recorded| recorded.positions.first().copied());
        Ok(Appended {
            position: first.unwrap_or(appended.position),
            ..appended
        })
    }
}

/// Answers an empty append without a look at the expected version.
#[derive(Default)]
pub struct EmptyAppendUnchecked;

impl Fault for EmptyAppendUnchecked {
    async fn append(&self, store: &MemoryStore<Json>, append: Append<'_>) -> Result<Appended, WriteError> {
        let expected = if append.events.is_empty() {
            ExpectedVersion::Any
        } else {
            append.expected
        };
        Append { expected, ..append }.to(store).await
    }
}

/// Answers an empty append with the head of the store.
#[derive(Default)]
pub struct EmptyAppendAtHead;

impl Fault for EmptyAppendAtHead {
    async fn append(&self, store: &MemoryStore<Json>, append: Append<'_>) -> Result<Appended, WriteError> {
        let nothing = append.events.is_empty();
        let appended = append.to(store).await?;
        let position = if nothing {
            store.head().await?
        } else {
            appended.position
        };
        Ok(Appended { position, ..appended })
    }
}

/// Loses the causation id.
#[derive(Default)]
pub struct LostMetadata;

impl Fault for LostMetadata {
    async fn append(&self, store: &MemoryStore<Json>, append: Append<'_>) -> Result<Appended, WriteError> {
        let without = |event: Envelope<Json>| {
            let metadata = Metadata {
                causation_id: None,
                ..event.metadata
            };
            Envelope { metadata, ..event }
        };
        let events = append.events.into_iter().map(without).collect();
        Append { events, ..append }.to(store).await
    }
}

/// Loses the character U+0000, as a database whose texts cannot hold it.
#[derive(Default)]
pub struct LostNul;

impl Fault for LostNul {
    async fn append(&self, store: &MemoryStore<Json>, append: Append<'_>) -> Result<Appended, WriteError> {
        let without = |event: Envelope<Json>| Envelope {
            data: Json::from_checked(event.data.as_str().replace("\\u0000", "")),
            ..event
        };
        let events = append.events.into_iter().map(without).collect();
        Append { events, ..append }.to(store).await
    }
}

/// Folds the case of stream ids, as the collation of some databases.
#[derive(Default)]
pub struct CaseFolded;

impl Fault for CaseFolded {
    async fn append(&self, store: &MemoryStore<Json>, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append {
            stream_id,
            events,
            expected,
        } = append;
        store
            .append(
                &StreamId::from_stored(stream_id.as_str().to_lowercase()),
                events,
                expected,
            )
            .await
    }

    async fn read_stream(
        &self,
        store: &MemoryStore<Json>,
        stream_id: &StreamId,
        range: onefold::StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let mut events = store
            .read_stream(&StreamId::from_stored(stream_id.as_str().to_lowercase()), range)
            .await?;
        for event in &mut events {
            event.stream_id = stream_id.clone();
        }
        Ok(events)
    }
}

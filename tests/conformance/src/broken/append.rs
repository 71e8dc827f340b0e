//! Faults of appending: A1, A2, A4, A7.

use onefold::{
    Appended, Envelope, ExpectedVersion, Json, Metadata, StoreError, StoredEvent, StreamId, StreamRange,
    WriteError,
};

use super::{Append, Fault, Memory};

/// Checks no expected version at all.
#[derive(Default)]
pub struct NoConflictCheck;

impl Fault for NoConflictCheck {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        store.append(append.at_any_version())
    }
}

/// Takes "the stream exists" for "anything".
#[derive(Default)]
pub struct StreamExistsIgnored;

impl Fault for StreamExistsIgnored {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let ignored = append.expected == ExpectedVersion::StreamExists;
        let expected = if ignored { ExpectedVersion::Any } else { append.expected };
        store.append(Append { expected, ..append })
    }
}

/// Takes "no stream" for "anything".
#[derive(Default)]
pub struct NoStreamIgnored;

impl Fault for NoStreamIgnored {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let ignored = append.expected == ExpectedVersion::NoStream;
        let expected = if ignored { ExpectedVersion::Any } else { append.expected };
        store.append(Append { expected, ..append })
    }
}

/// Writes event after event, so that one that is refused leaves those before it behind.
#[derive(Default)]
pub struct NonAtomicBatch;

impl Fault for NonAtomicBatch {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, events, expected } = append;
        let mut appended = store.append(Append { stream_id, events: Vec::new(), expected })?;
        for event in events {
            appended =
                store.append(Append { stream_id, events: vec![event], expected: ExpectedVersion::Any })?;
        }
        Ok(Appended { recorded: None, ..appended })
    }
}

/// Answers with the version before the last event.
#[derive(Default)]
pub struct OffByOneVersion;

impl Fault for OffByOneVersion {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let appended = store.append(append)?;
        Ok(Appended { version: appended.version.previous(), ..appended })
    }
}

/// Answers with the position of the first event of the append.
#[derive(Default)]
pub struct PositionOfFirst;

impl Fault for PositionOfFirst {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let appended = store.append(append)?;
        let first = appended.recorded.as_ref().and_then(|recorded| recorded.positions.first().copied());
        Ok(Appended { position: first.unwrap_or(appended.position), ..appended })
    }
}

/// Answers an empty append without a look at the expected version.
#[derive(Default)]
pub struct EmptyAppendUnchecked;

impl Fault for EmptyAppendUnchecked {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let expected = if append.events.is_empty() { ExpectedVersion::Any } else { append.expected };
        store.append(Append { expected, ..append })
    }
}

/// Answers an empty append with the head of the store.
#[derive(Default)]
pub struct EmptyAppendAtHead;

impl Fault for EmptyAppendAtHead {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let nothing = append.events.is_empty();
        let appended = store.append(append)?;
        let position = if nothing { store.head()? } else { appended.position };
        Ok(Appended { position, ..appended })
    }
}

/// Loses the causation id.
#[derive(Default)]
pub struct LostMetadata;

impl Fault for LostMetadata {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let without = |event: Envelope<Json>| {
            let metadata = Metadata { causation_id: None, ..event.metadata };
            Envelope { metadata, ..event }
        };
        let events = append.events.into_iter().map(without).collect();
        store.append(Append { events, ..append })
    }
}

/// Loses the character U+0000, as a database whose texts cannot hold it.
#[derive(Default)]
pub struct LostNul;

impl Fault for LostNul {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let without = |event: Envelope<Json>| Envelope {
            data: Json::from_checked(event.data.as_str().replace("\\u0000", "")),
            ..event
        };
        let events = append.events.into_iter().map(without).collect();
        store.append(Append { events, ..append })
    }
}

/// Folds the case of stream ids, as the collation of some databases.
#[derive(Default)]
pub struct CaseFolded;

impl Fault for CaseFolded {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, events, expected } = append;
        let folded = StreamId::from_stored(stream_id.as_str().to_lowercase());
        store.append(Append { stream_id: &folded, events, expected })
    }

    fn read_stream(
        &self,
        store: &Memory,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let mut events =
            store.read_stream(&StreamId::from_stored(stream_id.as_str().to_lowercase()), range)?;
        for event in &mut events {
            event.stream_id = stream_id.clone();
        }
        Ok(events)
    }
}

use std::borrow::Cow;
use std::collections::HashSet;

use crate::backend::{Appended, EventStore};
use crate::envelope::{Envelope, EventId, NewEvent, Timestamp, sequential_ids};
use crate::error::{AppendError, DuplicateEventError, InvalidEventError, UnknownEventError};
use crate::payload::Payload;
use crate::store::{ExpectedVersion, Store};
use crate::upcast::{Registry, Unknown};

/// How to append.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AppendOptions {
    /// What the stream must be like.
    pub expected_version: ExpectedVersion,
}

impl<E: Into<ExpectedVersion>> From<E> for AppendOptions {
    fn from(expected: E) -> Self {
        Self { expected_version: expected.into() }
    }
}

impl<B: EventStore> Store<B> {
    /// Appends events to a stream: all of them or none, at the versions after its last.
    ///
    /// Events without an id get one; ids make the append safe to retry: what was written already succeeds
    /// again with `duplicate` set, and is not written twice. Without events, only the expected version is
    /// checked.
    ///
    /// # Errors
    /// [`AppendError`]; nothing was written, except that after a
    /// [`StoreError`](crate::StoreError) a retry with the same ids tells.
    pub async fn append(
        &self,
        stream_id: &str,
        events: Vec<NewEvent<B::Payload>>,
        options: AppendOptions,
    ) -> Result<Appended, AppendError> {
        self.check_open()?;
        let stream_id = self.stream_id::<AppendError>(stream_id)?;
        let envelopes = self.envelopes(events, self.host.now())?;
        Ok(self.backend.append(&stream_id, envelopes, options.expected_version).await?)
    }

    /// Checks events and completes them: ids, schema versions, enriched metadata.
    pub(crate) fn envelopes(
        &self,
        events: Vec<NewEvent<B::Payload>>,
        now: Timestamp,
    ) -> Result<Vec<Envelope<B::Payload>>, AppendError> {
        self.options.limits.check_count(events.len())?;
        let mut random = [0; 10];
        if events.iter().any(|event| event.id.is_none()) {
            self.host.fill_random(&mut random);
        }
        let mut ids = sequential_ids(now, random);
        let mut envelopes = Vec::with_capacity(events.len());
        for (index, event) in events.into_iter().enumerate() {
            envelopes.push(self.envelope(index, event, &mut ids)?);
        }
        repeated_ids(&envelopes)?;
        Ok(envelopes)
    }

    fn envelope(
        &self,
        index: usize,
        event: NewEvent<B::Payload>,
        ids: &mut impl Iterator<Item = EventId>,
    ) -> Result<Envelope<B::Payload>, AppendError> {
        self.options.limits.check_event(&event)?;
        let schema_version = schema_version(self.options.events.as_deref(), index, &event)?;
        let NewEvent { id, event_type, data, metadata, .. } = event;
        let id = id.or_else(|| ids.next()).unwrap_or(EventId::from_bytes([0; 16]));
        let mut envelope = Envelope { id, event_type, schema_version, data, metadata };
        for enricher in &self.options.enrichers {
            let added = enricher.enrich(&envelope).map_err(AppendError::Enricher)?;
            envelope.metadata = added.over(&envelope.metadata);
        }
        check_metadata(index, &envelope)?;
        self.options.limits.check_metadata(&envelope.metadata)?;
        Ok(envelope)
    }
}

fn schema_version<P: Payload>(
    registry: Option<&Registry<P>>,
    index: usize,
    event: &NewEvent<P>,
) -> Result<u32, AppendError> {
    let invalid = |reason: String| Err(InvalidEventError::new(index, "schema_version", reason).into());
    if event.schema_version == Some(0) {
        return invalid("0 is none; schema versions begin at 1".into());
    }
    let Some(registry) = registry else {
        return Ok(event.schema_version.unwrap_or(1));
    };
    match (registry.current_version(event.event_type.as_str()), event.schema_version) {
        (None, _) if registry.unknown() == Unknown::Error => {
            Err(UnknownEventError { event_type: event.event_type.clone() }.into())
        }
        (None, version) => Ok(version.unwrap_or(1)),
        (Some(current), None) => Ok(current),
        (Some(current), Some(version)) if version > current && registry.unknown() == Unknown::Error => {
            invalid(format!("the registry knows `{}` up to {current} only, not {version}", event.event_type))
        }
        (Some(_), Some(version)) => Ok(version),
    }
}

fn check_metadata<P: Payload>(index: usize, envelope: &Envelope<P>) -> Result<(), InvalidEventError> {
    let metadata = &envelope.metadata;
    if metadata.tenant.as_deref() == Some("") {
        return Err(InvalidEventError::new(
            index,
            "metadata.tenant",
            "it is empty; leave it out or name one",
        ));
    }
    if metadata.extra.as_ref().is_some_and(|extra| !extra.is_object()) {
        return Err(InvalidEventError::new(index, "metadata.extra", "it is no JSON object; wrap it in one"));
    }
    Ok(())
}

fn repeated_ids<P>(envelopes: &[Envelope<P>]) -> Result<(), DuplicateEventError> {
    if envelopes.len() < 2 {
        return Ok(());
    }
    let mut seen = HashSet::with_capacity(envelopes.len());
    let ids: Vec<_> = envelopes.iter().map(|envelope| envelope.id).filter(|id| !seen.insert(*id)).collect();
    if ids.is_empty() {
        return Ok(());
    }
    Err(DuplicateEventError { ids, reason: Cow::Borrowed("more than once in this append") })
}

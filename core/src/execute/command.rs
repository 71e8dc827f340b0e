use crate::backend::{Appended, EventStore, Page, StreamRange};
use crate::envelope::{Envelope, Metadata, NewEvent, Position, StoredEvent, StreamId, Timestamp, Version};
use crate::error::{AppendError, ExecuteError, ReadError, TerminatedError};
use crate::execute::retry::pause;
use crate::execute::{Aggregate, Loaded};
use crate::payload::Payload;
use crate::store::{ExpectedVersion, Store};

/// How to execute a command.
#[derive(Clone, Debug, PartialEq)]
pub struct ExecuteOptions<P> {
    /// Metadata for every event decided; what an event has itself goes over it.
    pub metadata: Metadata<P>,
    /// How often to load and decide anew when another writer was faster: 3 unless given.
    pub retries: u32,
}

impl<P> Default for ExecuteOptions<P> {
    fn default() -> Self {
        Self { metadata: Metadata::none(), retries: 3 }
    }
}

/// What a command led to.
#[derive(Clone, Debug, PartialEq)]
pub struct Executed<S, G> {
    /// The state after it.
    pub state: S,
    /// The events that were decided and appended; perhaps none.
    pub events: G,
    /// The version of the stream after it.
    pub version: Version,
    /// The position of the last event decided, or of the stream's last where there is none; 0 for no stream.
    pub position: Position,
    /// How often it was decided: 1, and 1 more for each conflict.
    pub attempts: u32,
}

impl<B: EventStore> Store<B> {
    /// Loads the stream `{category}-{id}`, decides on the command, and appends what was decided at the version
    /// that was loaded. When another writer was faster, it loads and decides anew after a short pause.
    ///
    /// # Errors
    /// [`ExecuteError`]; nothing was written.
    pub async fn execute<A: Aggregate<B::Page>>(
        &self,
        decider: &A,
        id: &str,
        command: &A::Command,
        options: ExecuteOptions<B::Payload>,
    ) -> Result<Executed<A::State, B::Page>, ExecuteError<A::Error>> {
        let stream_id = self.stream_of(decider, id)?;
        let mut attempts = 1;
        loop {
            let loaded = self.load_stream(decider, &stream_id).await?;
            match self.decide_once(decider, &stream_id, command, &options.metadata, loaded).await {
                Err(ExecuteError::Append(AppendError::Conflict(_))) if attempts <= options.retries => {
                    self.host.sleep(pause(attempts - 1, self.host.as_ref())).await;
                    attempts += 1;
                }
                outcome => return outcome.map(|executed| Executed { attempts, ..executed }),
            }
        }
    }

    async fn decide_once<A: Aggregate<B::Page>>(
        &self,
        decider: &A,
        stream_id: &StreamId,
        command: &A::Command,
        metadata: &Metadata<B::Payload>,
        loaded: Loaded<A::State>,
    ) -> Result<Executed<A::State, B::Page>, ExecuteError<A::Error>> {
        let Loaded { state, version } = loaded;
        if decider.is_terminal(&state).map_err(ExecuteError::Decider)? {
            return Err(TerminatedError { stream_id: stream_id.clone(), version }.into());
        }
        let decided = decider.decide(command, &state).map_err(ExecuteError::Decider)?;
        if decided.is_empty() {
            let position = self.position_at(stream_id, version).await?;
            return Ok(Executed { state, events: B::Page::default(), version, position, attempts: 1 });
        }
        let decided = decided
            .into_iter()
            .map(|event| NewEvent { metadata: event.metadata.over(metadata), ..event })
            .collect();
        let now = self.host.now();
        let envelopes = self.envelopes(decided, now)?;
        // Folded before they are written: an `evolve` that fails on them must leave nothing behind.
        let events = self.seen(provisional(stream_id, version, &envelopes, now).into())?;
        let state = decider.fold(state, events.clone()).map_err(ExecuteError::Decider)?;
        let count = envelopes.len();
        // The decider may have closed the store.
        self.check_open().map_err(AppendError::from)?;
        let expected = ExpectedVersion::Exact(version);
        let appended =
            self.backend.append(stream_id, envelopes, expected).await.map_err(AppendError::from)?;
        let events = if let Some(recorded) = &appended.recorded {
            events.recorded(version, recorded)
        } else {
            let range = StreamRange { from: Some(version.next()), limit: Some(count), backwards: false };
            self.seen(self.stored_stream(stream_id, range).await?)?
        };
        let Appended { version, position, .. } = appended;
        Ok(Executed { state, events, version, position, attempts: 1 })
    }

    fn seen(&self, stored: B::Page) -> Result<B::Page, ReadError> {
        match &self.upcaster {
            Some(upcaster) => Ok(stored.upcast(upcaster, None)?.page),
            None => Ok(stored),
        }
    }

    /// The position of the stored event at this version, even one that nothing is seen of; 0 at version 0.
    async fn position_at(&self, stream_id: &StreamId, version: Version) -> Result<Position, ReadError> {
        if version == Version::ZERO {
            return Ok(Position::ZERO);
        }
        let range = StreamRange { from: Some(version), limit: Some(1), backwards: false };
        let last = self.stored_stream(stream_id, range).await?;
        Ok(last.last_position().unwrap_or(Position::ZERO))
    }
}

/// The events as they will be stored, but for their positions.
fn provisional<P: Payload>(
    stream_id: &StreamId,
    before: Version,
    envelopes: &[Envelope<P>],
    now: Timestamp,
) -> Vec<StoredEvent<P>> {
    let record = |(envelope, index): (&Envelope<P>, u64)| {
        let version = before.plus(index);
        StoredEvent::record(envelope.clone(), stream_id.clone(), version, Position::ZERO, now)
    };
    envelopes.iter().zip(1..).map(record).collect()
}

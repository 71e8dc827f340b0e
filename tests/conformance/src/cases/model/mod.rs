//! Random operations against a model that is too simple to be wrong.

mod operation;

use onefold::{
    AppendError, EventStore, ExpectedVersion, Filter, Json, NewEvent, Position, ReadAll, ReadStream, Store,
    StoredEvent, Version,
};
use proptest::prelude::prop;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use operation::{Operation, operation};

use super::{event_with_id, expecting};
use crate::harness::fresh;
use crate::{Failure, Harness, Shared, check, equal};

/// How many runs of up to [`LENGTH`] operations.
const RUNS: u32 = 24;
const LENGTH: usize = 40;

/// What a model holds: streams and ids of events in the order of their positions.
#[derive(Default)]
struct Model {
    log: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    stream: String,
    version: u64,
    id: usize,
    position: Position,
}

/// A store does on random operations what the model says.
///
/// # Errors
/// The shortest sequence of operations found where it does not.
pub async fn matches<H: Harness>(harness: &H) -> Result<(), Failure> {
    let config =
        Config { cases: RUNS, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    let operations = prop::collection::vec(operation(), 1..LENGTH);
    let outcome = TestRunner::new(config).run(&operations, |operations| {
        let run = crate::parallel::aside(harness, || async {
            let store = fresh(harness).await?;
            let mut model = Model::default();
            for operation in &operations {
                model
                    .apply(&store, operation)
                    .await
                    .map_err(|failure| failure.within(format!("{operation:?}")))?;
            }
            Ok(())
        });
        run.map_err(|failure| TestCaseError::fail(failure.to_string()))
    });
    outcome.map_err(|error| Failure::new(error.to_string()))
}

impl Model {
    async fn apply<B: EventStore<Payload = Json, Page = Vec<StoredEvent<Json>>>>(
        &mut self,
        store: &Store<Shared<B>>,
        operation: &Operation,
    ) -> Result<(), Failure> {
        match operation {
            Operation::Append { stream, first_id, count, expected } => {
                let expected = expected.at(self.version(&name(*stream)));
                self.append(store, &name(*stream), (*first_id..first_id + count).collect(), expected).await
            }
            Operation::ReadStream { stream, from_version, limit, backwards } => {
                let read = ReadStream {
                    from_version: from_version.map(Version::new),
                    limit: *limit,
                    backwards: *backwards,
                };
                let events = store.read_stream(&name(*stream), read).await?;
                let from = from_version.map(|from| from.max(1));
                let inside = |entry: &Entry| match from {
                    Some(from) if *backwards => entry.version <= from,
                    Some(from) => entry.version >= from,
                    None => true,
                };
                self.same(&events, |entry| entry.stream == name(*stream) && inside(entry), *limit, *backwards)
            }
            Operation::ReadAll { after, limit, backwards, stream } => {
                let after = after
                    .filter(|_| !self.log.is_empty())
                    .and_then(|index| self.log.get(index.index(self.log.len())).map(|entry| entry.position));
                let category = stream.map(|stream| format!("C{stream}").into());
                let filter = Filter { category, ..Filter::default() };
                let read =
                    ReadAll { after: after.map(Into::into), limit: *limit, backwards: *backwards, filter };
                let events = store.read_all(read).await?;
                let inside = |entry: &Entry| match after {
                    Some(after) if *backwards => entry.position < after,
                    Some(after) => entry.position > after,
                    None => true,
                };
                let wanted =
                    |entry: &Entry| stream.is_none_or(|stream| entry.stream == name(stream)) && inside(entry);
                self.same(&events, wanted, *limit, *backwards)
            }
        }
    }

    async fn append<B: EventStore<Payload = Json, Page = Vec<StoredEvent<Json>>>>(
        &mut self,
        store: &Store<Shared<B>>,
        stream: &str,
        ids: Vec<usize>,
        expected: ExpectedVersion,
    ) -> Result<(), Failure> {
        let events: Vec<NewEvent<Json>> =
            ids.iter().map(|id| event_with_id(0, *id)).collect::<Result<_, _>>()?;
        let head = store.head().await?;
        let version = self.version(stream);
        let outcome = store.append(stream, events, expecting(expected)).await;
        let known: Vec<_> = self.log.iter().filter(|entry| ids.contains(&entry.id)).cloned().collect();
        if !known.is_empty() {
            return match (self.is_retry(stream, &ids, expected), outcome) {
                (Some(last), Ok(appended)) => {
                    check(appended.duplicate, || "a retry is not called a duplicate".into())?;
                    equal(
                        "where a retry ended",
                        (appended.version.get(), appended.position),
                        (last.version, last.position),
                    )
                }
                (None, Err(AppendError::DuplicateEvent(error))) => {
                    equal("known ids", error.ids.len(), known.len())
                }
                (_, outcome) => {
                    Err(Failure::new(format!("known ids {ids:?} of {:?} gave {outcome:?}", self.log)))
                }
            };
        }
        if !expected.accepts(Version::new(version)) {
            let Err(AppendError::Conflict(conflict)) = outcome else {
                return Err(Failure::new(format!(
                    "no conflict at version {version} for {expected}: {outcome:?}"
                )));
            };
            equal("where the conflict found it", conflict.actual.get(), version)?;
            return equal("the head after a conflict", store.head().await?, head);
        }
        let appended = outcome?;
        check(!appended.duplicate, || "new events are called duplicates".into())?;
        equal("the version", appended.version.get(), version + u64::try_from(ids.len())?)?;
        self.record(store, stream, &ids).await?;
        let last = self.log.iter().rev().find(|entry| entry.stream == stream);
        equal("the position", appended.position, last.map_or(Position::ZERO, |last| last.position))
    }

    /// Takes over the positions of new events, which are the store's to choose as long as they grow.
    async fn record<B: EventStore<Payload = Json, Page = Vec<StoredEvent<Json>>>>(
        &mut self,
        store: &Store<Shared<B>>,
        stream: &str,
        ids: &[usize],
    ) -> Result<(), Failure> {
        for id in ids {
            let event = event_with_id(0, *id)?;
            let id_text = event.id.ok_or_else(|| Failure::new("no id"))?;
            let stored =
                store.find_event(id_text).await?.ok_or_else(|| Failure::new(format!("{id_text} is lost")))?;
            let version = self.version(stream) + 1;
            equal("the version of a new event", stored.version.get(), version)?;
            let last = self.log.last().map_or(Position::ZERO, |entry| entry.position);
            check(stored.position > last, || format!("position {} does not follow {last}", stored.position))?;
            self.log.push(Entry { stream: stream.to_owned(), version, id: *id, position: stored.position });
        }
        Ok(())
    }

    /// The last event of the stored run that these ids are, if they are one.
    fn is_retry(&self, stream: &str, ids: &[usize], expected: ExpectedVersion) -> Option<Entry> {
        let of_stream: Vec<_> = self.log.iter().filter(|entry| entry.stream == stream).collect();
        let start = of_stream
            .windows(ids.len())
            .position(|run| run.iter().map(|entry| entry.id).eq(ids.iter().copied()))?;
        let starts_right = expected.exact().is_none_or(|version| usize::try_from(version.get()) == Ok(start));
        of_stream.get(start + ids.len() - 1).filter(|_| starts_right).map(|last| (*last).clone())
    }

    fn version(&self, stream: &str) -> u64 {
        self.log.iter().filter(|entry| entry.stream == stream).map(|entry| entry.version).max().unwrap_or(0)
    }

    /// Compares what was read with the entries wanted.
    fn same(
        &self,
        events: &[StoredEvent<Json>],
        wanted: impl Fn(&Entry) -> bool,
        limit: Option<usize>,
        backwards: bool,
    ) -> Result<(), Failure> {
        let mut expected: Vec<_> = self.log.iter().filter(|entry| wanted(entry)).collect();
        if backwards {
            expected.reverse();
        }
        expected.truncate(limit.unwrap_or(usize::MAX));
        equal("events", events.len(), expected.len())?;
        for (event, entry) in events.iter().zip(expected) {
            let found = (event.stream_id.as_str(), event.version.get(), event.position, event.id);
            let id = event_with_id(0, entry.id)?.id.ok_or_else(|| Failure::new("no id"))?;
            equal("an event", found, (entry.stream.as_str(), entry.version, entry.position, id))?;
        }
        Ok(())
    }
}

fn name(stream: usize) -> String {
    format!("C{stream}-x")
}

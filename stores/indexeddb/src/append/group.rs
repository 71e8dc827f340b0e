use std::collections::HashMap;

use onefold::{
    Appended, ConflictError, Host, Position, Recorded, Replay, StreamId, Timestamp, WriteError, replay,
};
use web_sys::IdbObjectStore;

use crate::append::queue::Pending;
use crate::append::record::record;
use crate::dom::{Fault, StreamHead, look_up};
use crate::read::find_event;

/// Writes the appends of a group, in their order, within the caller's transaction: each as if it were alone.
///
/// By the contract ids are looked up before the version is checked.
pub(super) async fn write(
    commits: &IdbObjectStore,
    group: &[Pending],
    host: &dyn Host,
) -> Result<Vec<Result<Appended, WriteError>>, Fault> {
    let streams = group.iter().map(|append| &append.stream_id);
    let ids = group.iter().flat_map(|append| append.runs.iter().map(|run| run.last()));
    let found = look_up(commits, streams.clone(), ids).await?;
    let mut runs = found.runs.into_iter();
    let mut heads = Heads { store: found.head, streams: streams.cloned().zip(found.streams).collect() };
    // Within the transaction, so that later positions have later moments.
    let recorded_at = host.now();
    let mut outcomes = Vec::with_capacity(group.len());
    for append in group {
        let starts = runs.by_ref().take(append.runs.len());
        let meets = append
            .runs
            .iter()
            .zip(starts)
            .filter(|(run, start)| start.is_some_and(|start| run.may_meet(start)));
        let may_be_known = meets.count() > 0;
        let outcome = match repeated(commits, append, may_be_known).await? {
            Ok(None) => heads.write(commits, append, recorded_at)?,
            Ok(Some(repeated)) => Ok(repeated),
            Err(error) => Err(error),
        };
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// What the append came to when it was made before; none where no id is known.
async fn repeated(
    commits: &IdbObjectStore,
    append: &Pending,
    may_be_known: bool,
) -> Result<Result<Option<Appended>, WriteError>, Fault> {
    if !may_be_known {
        return Ok(Ok(None));
    }
    let mut stored = Vec::with_capacity(append.events.len());
    for event in &append.events {
        stored.push(find_event(commits, event.id).await?);
    }
    Ok(match replay(&append.stream_id, append.expected, &append.events, &stored) {
        Ok(Replay::New) => Ok(None),
        Ok(Replay::Repeated { version, position }) => {
            Ok(Some(Appended { version, position, duplicate: true, recorded: None }))
        }
        Err(error) => Err(error.into()),
    })
}

/// Where the store and the streams of a group end, with what the group has written so far.
struct Heads {
    store: Position,
    streams: HashMap<StreamId, StreamHead>,
}

impl Heads {
    fn write(
        &mut self,
        commits: &IdbObjectStore,
        append: &Pending,
        recorded_at: Timestamp,
    ) -> Result<Result<Appended, WriteError>, Fault> {
        let Pending { stream_id, events, expected, runs, .. } = append;
        let head = self.streams.get(stream_id).copied().unwrap_or(StreamHead::NONE);
        if !expected.accepts(head.version) {
            let conflict =
                ConflictError { stream_id: stream_id.clone(), expected: *expected, actual: head.version };
            return Ok(Err(conflict.into()));
        }
        if events.is_empty() {
            let StreamHead { version, position } = head;
            return Ok(Ok(Appended { version, position, duplicate: false, recorded: None }));
        }
        let count = events.len() as u64;
        let (version, position) = (head.version.plus(count), self.store.plus(count));
        // Nobody waits for it: a failure aborts the transaction and shows there.
        commits.add(&record(stream_id, events, runs, StreamHead { version, position }, recorded_at))?;
        let positions = (1..=count).map(|index| self.store.plus(index)).collect();
        self.store = position;
        self.streams.insert(stream_id.clone(), StreamHead { version, position });
        let recorded = Some(Recorded { recorded_at, positions });
        Ok(Ok(Appended { version, position, duplicate: false, recorded }))
    }
}

use onefold::{Appended, ConflictError, Host, Recorded, Replay, Timestamp, WriteError, replay};
use web_sys::IdbObjectStore;

use crate::append::heads::Heads;
use crate::append::queue::Pending;
use crate::append::record::record;
use crate::dom::{Fault, StreamHead, find_records};
use crate::event::event_of;

/// Writes the appends of a group, in their order, within the caller's transaction: each as if it were alone. Gives
/// what they came to, and what is known of the store if the transaction is kept.
///
/// By the contract ids are looked up before the version is checked.
pub(super) async fn write(
    commits: &IdbObjectStore,
    group: &[Pending],
    heads: Heads,
    host: &dyn Host,
) -> Result<(Vec<Result<Appended, WriteError>>, Heads), Fault> {
    let (mut heads, known) = heads.completed(commits, group).await?;
    // Within the transaction, so that later positions have later moments.
    let recorded_at = host.now();
    let mut outcomes = Vec::with_capacity(group.len());
    for (append, may_be_known) in group.iter().zip(known) {
        let outcome = match repeated(commits, append, may_be_known).await? {
            Ok(None) => write_one(commits, append, &mut heads, recorded_at)?,
            Ok(Some(repeated)) => Ok(repeated),
            Err(error) => Err(error),
        };
        outcomes.push(outcome);
    }
    Ok((outcomes, heads))
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
    let records = find_records(commits, append.events.iter().map(|event| event.id)).await?;
    let stored: Vec<_> = records.iter().map(|record| event_of(&record)).collect();
    Ok(match replay(&append.stream_id, append.expected, &append.events, &stored) {
        Ok(Replay::New) => Ok(None),
        Ok(Replay::Repeated { version, position }) => {
            Ok(Some(Appended { version, position, duplicate: true, recorded: None }))
        }
        Err(error) => Err(error.into()),
    })
}

fn write_one(
    commits: &IdbObjectStore,
    append: &Pending,
    heads: &mut Heads,
    recorded_at: Timestamp,
) -> Result<Result<Appended, WriteError>, Fault> {
    let Pending { stream_id, events, expected, runs, .. } = append;
    let StreamHead { version, position } = heads.stream(stream_id);
    if !expected.accepts(version) {
        let conflict = ConflictError { stream_id: stream_id.clone(), expected: *expected, actual: version };
        return Ok(Err(conflict.into()));
    }
    if events.is_empty() {
        return Ok(Ok(Appended { version, position, duplicate: false, recorded: None }));
    }
    let count = events.len() as u64;
    let before = heads.store();
    let end = StreamHead { version: version.plus(count), position: before.plus(count) };
    // Nobody waits for it: a failure aborts the transaction and shows there.
    commits.add(&record(stream_id, events, runs, end, recorded_at))?;
    heads.advance(stream_id, end, runs);
    let positions = (1..=count).map(|index| before.plus(index)).collect();
    let recorded = Some(Recorded { recorded_at, positions });
    Ok(Ok(Appended { version: end.version, position: end.position, duplicate: false, recorded }))
}

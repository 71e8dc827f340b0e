use onefold::{Envelope, Position, StoredEvent};
use onefold_js::JsPayload;
use web_sys::IdbObjectStore;

use crate::append::record;
use crate::dom::{Fault, StreamHead, store_head};
use crate::ids::runs;

/// As many events one record has at the most.
const MOST_EVENTS: usize = 1_000;

/// What an import brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// How many events.
    pub events: usize,
    /// The position of the last of them: they count from 1, without gaps.
    pub head: Position,
}

/// Writes the events of a backup; nothing where the store is not empty.
pub(crate) async fn restore(
    commits: &IdbObjectStore,
    events: &[StoredEvent<JsPayload>],
) -> Result<Option<Restored>, Fault> {
    if store_head(commits).await? > Position::ZERO {
        return Ok(None);
    }
    let mut head = Position::ZERO;
    for commit in events.chunk_by(is_together).flat_map(|commit| commit.chunks(MOST_EVENTS)) {
        let Some(last) = commit.last() else {
            continue;
        };
        head = head.plus(commit.len() as u64);
        let envelopes: Vec<_> = commit.iter().map(envelope).collect();
        let end = StreamHead { version: last.version, position: head };
        // Nobody waits for it: a failure aborts the transaction and shows there.
        commits.add(&record(&last.stream_id, &envelopes, &runs(&envelopes), end, last.recorded_at))?;
    }
    Ok(Some(Restored { events: events.len(), head }))
}

/// Whether two events that follow on each other may be in one record: which append they came by does not matter.
fn is_together(one: &StoredEvent<JsPayload>, next: &StoredEvent<JsPayload>) -> bool {
    one.stream_id == next.stream_id && one.recorded_at == next.recorded_at
}

fn envelope(event: &StoredEvent<JsPayload>) -> Envelope<JsPayload> {
    Envelope {
        id: event.id,
        event_type: event.event_type.clone(),
        schema_version: event.schema_version,
        data: event.data.clone(),
        metadata: event.metadata.clone(),
    }
}

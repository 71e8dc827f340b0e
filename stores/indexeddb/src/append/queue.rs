use std::collections::VecDeque;

use futures_channel::oneshot::Sender;
use onefold::{Appended, Envelope, ExpectedVersion, StreamId, WriteError};
use onefold_js::JsPayload;

use crate::ids::Run;

/// As many events share a transaction: more would not be quicker, and a failure would cost more.
const MOST_EVENTS: usize = 10_000;

/// And as many runs of ids, since each is compared with all others.
const MOST_RUNS: usize = 1_000;

/// An append that waits for its turn.
pub(crate) struct Pending {
    pub(crate) stream_id: StreamId,
    pub(crate) events: Vec<Envelope<JsPayload>>,
    pub(crate) expected: ExpectedVersion,
    pub(crate) runs: Vec<Run>,
    pub(crate) outcome: Sender<Result<Appended, WriteError>>,
}

/// Takes the next appends that can share a transaction, in their order, off the queue.
///
/// Two that have an id in common cannot: the second must find what the first came to.
pub(crate) fn next_group(waiting: &mut VecDeque<Pending>) -> Vec<Pending> {
    let mut group: Vec<Pending> = Vec::new();
    let (mut events, mut runs) = (0, 0);
    while let Some(next) = waiting.front() {
        events += next.events.len();
        runs += next.runs.len();
        let is_too_large = events > MOST_EVENTS || runs > MOST_RUNS;
        if !group.is_empty() && (is_too_large || group.iter().any(|other| meet(&other.runs, &next.runs))) {
            break;
        }
        group.extend(waiting.pop_front());
    }
    group
}

/// Whether two lists of runs have an id in common.
fn meet(some: &[Run], others: &[Run]) -> bool {
    some.iter().any(|one| others.iter().any(|other| one.first <= other.last() && other.first <= one.last()))
}

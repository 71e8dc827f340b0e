use std::collections::{BTreeMap, VecDeque};

use futures_channel::oneshot::Sender;
use onefold::{Appended, Envelope, EventId, ExpectedVersion, StreamId, WriteError};
use onefold_js::JsPayload;

use crate::ids::Run;

/// As many events share a transaction: more would not be quicker, and a failure would cost more.
const MOST_EVENTS: usize = 10_000;

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
    let mut group = Vec::new();
    let mut ids = Ids::default();
    let mut events = 0;
    while let Some(next) = waiting.front() {
        events += next.events.len();
        if !group.is_empty() && (events > MOST_EVENTS || ids.meet(&next.runs)) {
            break;
        }
        ids.add(&next.runs);
        group.extend(waiting.pop_front());
    }
    group
}

/// The runs of ids in a group: where each begins and ends.
#[derive(Default)]
struct Ids(BTreeMap<EventId, EventId>);

impl Ids {
    fn add(&mut self, runs: &[Run]) {
        self.0.extend(runs.iter().map(|run| (run.first, run.last())));
    }

    fn meet(&self, runs: &[Run]) -> bool {
        runs.iter().any(|run| {
            let before = self.0.range(..=run.last()).next_back();
            before.is_some_and(|(_, last)| *last >= run.first)
        })
    }
}

use std::collections::{HashSet, VecDeque};

use onefold::{StoreError, StreamId};
use tokio::sync::oneshot::Sender;

use crate::append::group::{Outcome, Request};

/// A group holds no more requests than this, and no more events, unless its first request alone has more.
const MOST_REQUESTS: usize = 256;
const MOST_EVENTS: usize = 10_000;

/// A request, and who waits for its outcome.
pub(super) struct Pending {
    pub(super) request: Request,
    pub(super) answer: Sender<Result<Outcome, StoreError>>,
}

impl Pending {
    /// Answers the caller, who may not be waiting any more.
    pub(super) fn tell(self, outcome: Result<Outcome, StoreError>) {
        let _ = self.answer.send(outcome);
    }
}

/// Requests in the order in which they came.
#[derive(Default)]
pub(super) struct Queue {
    waiting: VecDeque<Pending>,
    /// The streams of the groups that are being written.
    busy: HashSet<StreamId>,
    /// How many tasks write groups.
    pub(super) tasks: usize,
    /// Whether nothing more may come in.
    pub(super) is_closed: bool,
}

impl Queue {
    pub(super) fn push(&mut self, pending: Pending) {
        self.waiting.push_back(pending);
    }

    /// The next group: each stream once, ascending, and none that is being written to. Others wait for a later group.
    pub(super) fn take(&mut self) -> Vec<Pending> {
        let mut group = Vec::new();
        let mut events = 0;
        let mut left = VecDeque::new();
        while let Some(pending) = self.waiting.pop_front() {
            if pending.answer.is_closed() {
                // Its caller has gone: it was given up before it began.
                continue;
            }
            let count = pending.request.events.len();
            let is_full = group.len() == MOST_REQUESTS || (events > 0 && events + count > MOST_EVENTS);
            if is_full {
                left.push_back(pending);
                break;
            }
            if self.busy.contains(&pending.request.stream_id) {
                left.push_back(pending);
                continue;
            }
            self.busy.insert(pending.request.stream_id.clone());
            events += count;
            group.push(pending);
        }
        left.append(&mut self.waiting);
        self.waiting = left;
        group.sort_unstable_by(|one, other| one.request.stream_id.cmp(&other.request.stream_id));
        group
    }

    /// How many requests wait, and how many are being written.
    pub(super) fn lengths(&self) -> (usize, usize) {
        (self.waiting.len(), self.busy.len())
    }

    /// Lets the next ones at these streams.
    pub(super) fn release<'s>(&mut self, streams: impl Iterator<Item = &'s StreamId>) {
        for stream_id in streams {
            self.busy.remove(stream_id);
        }
    }
}

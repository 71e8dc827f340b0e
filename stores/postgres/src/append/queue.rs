use std::collections::{HashSet, VecDeque};

use onefold::{StoreError, StreamId};
use tokio::sync::oneshot::Sender;

use crate::append::group::{Outcome, Request};
use crate::append::pace::Pace;
use crate::append::returns::Returns;

/// No more groups are written at once.
const MOST_GROUPS: usize = 2;
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
pub(super) struct Queue {
    waiting: VecDeque<Pending>,
    /// The streams of the groups that are being written.
    busy: HashSet<StreamId>,
    /// How many groups are being written.
    groups: usize,
    /// How many of those take long.
    late: usize,
    /// How many requests have ever come.
    pub(super) came: usize,
    pub(super) pace: Pace,
    pub(super) returns: Returns,
    /// How many tasks write groups, or are about to.
    pub(super) tasks: usize,
    /// Whether nothing more may come in.
    pub(super) is_closed: bool,
}

impl Queue {
    pub(super) fn new(pace: Pace) -> Self {
        let (waiting, busy) = (VecDeque::new(), HashSet::new());
        let returns = Returns::new();
        Self { waiting, busy, groups: 0, late: 0, came: 0, pace, returns, tasks: 0, is_closed: false }
    }

    pub(super) fn push(&mut self, pending: Pending) {
        self.waiting.push_back(pending);
        self.came = self.came.wrapping_add(1);
    }

    /// The next group: each stream once, ascending, and none that is being written to. Others wait for a later group.
    /// Nothing where what waits should wait for the group that is being written.
    ///
    /// Where more groups may begin now, they share what waits: the server works on them side by side.
    pub(super) fn take(&mut self) -> Vec<Pending> {
        let more = self.groups_at_once().saturating_sub(self.groups);
        if more == 0 {
            return Vec::new();
        }
        let most = self.waiting.len().div_ceil(more).min(MOST_REQUESTS);
        let mut group = Vec::new();
        let mut events = 0;
        let mut left = VecDeque::new();
        while let Some(pending) = self.waiting.pop_front() {
            if pending.answer.is_closed() {
                // Its caller has gone: it was given up before it began.
                continue;
            }
            let count = pending.request.events.len();
            let is_full = group.len() == most || (events > 0 && events + count > MOST_EVENTS);
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
        if !group.is_empty() {
            self.groups += 1;
        }
        group.sort_unstable_by(|one, other| one.request.stream_id.cmp(&other.request.stream_id));
        group
    }

    /// Whether what waits should be written by one more task.
    pub(super) fn needs_task(&self) -> bool {
        !self.waiting.is_empty() && self.tasks == self.groups && self.groups < self.groups_at_once()
    }

    /// A group takes long: whoever waits should not wait for it.
    pub(super) fn note_late(&mut self) {
        self.late += 1;
    }

    /// The group has come to its end after all.
    pub(super) fn note_done(&mut self) {
        self.late -= 1;
    }

    pub(super) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// How many requests wait, and how many are being written.
    pub(super) fn lengths(&self) -> (usize, usize) {
        (self.waiting.len(), self.busy.len())
    }

    /// A group was written: the next ones may have its streams.
    pub(super) fn release(&mut self, streams: &[StreamId]) {
        self.groups -= 1;
        for stream_id in streams {
            self.busy.remove(stream_id);
        }
    }

    fn groups_at_once(&self) -> usize {
        if self.late > 0 || self.pace.favours_two(self.waiting.len()) { MOST_GROUPS } else { 1 }
    }
}

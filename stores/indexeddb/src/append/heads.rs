use std::collections::HashMap;

use onefold::{EventId, Position, StreamId};
use web_sys::IdbObjectStore;

use crate::append::queue::Pending;
use crate::dom::{Fault, StreamHead, look_up};
use crate::ids::Run;

/// As many streams are kept in mind.
const MOST_STREAMS: usize = 1_000;

/// Where the store, its streams and its ids end, as far as it is known.
///
/// A writer keeps it from one transaction to the next. It holds for as long as nobody else writes, and then appends
/// need look at nothing but the head.
#[derive(Default)]
pub(super) struct Heads {
    store: Option<Position>,
    greatest_run: Option<EventId>,
    streams: HashMap<StreamId, StreamHead>,
}

impl Heads {
    /// All that this group must know; and for each append, whether the store may have one of its ids.
    pub(super) async fn completed(
        self,
        commits: &IdbObjectStore,
        group: &[Pending],
    ) -> Result<(Self, Vec<bool>), Fault> {
        let was = self.store;
        let (heads, known) = self.looked_up(commits, group).await?;
        if was.is_none() || was == heads.store {
            return Ok((heads, known));
        }
        // Somebody else has written: nothing that was known is sure any more.
        Self::default().looked_up(commits, group).await
    }

    /// Where the store ends.
    pub(super) fn store(&self) -> Position {
        self.store.unwrap_or(Position::ZERO)
    }

    /// Where a stream of the group ends.
    pub(super) fn stream(&self, stream_id: &StreamId) -> StreamHead {
        self.streams.get(stream_id).copied().unwrap_or(StreamHead::NONE)
    }

    /// Takes note of a commit.
    pub(super) fn advance(&mut self, stream_id: &StreamId, end: StreamHead, runs: &[Run]) {
        self.store = Some(end.position);
        self.greatest_run = runs.iter().map(|run| run.first).chain(self.greatest_run).max();
        self.streams.insert(stream_id.clone(), end);
    }

    /// What to keep in mind.
    pub(super) fn kept(mut self) -> Self {
        if self.streams.len() > MOST_STREAMS {
            self.streams.clear();
        }
        self
    }

    async fn looked_up(
        mut self,
        commits: &IdbObjectStore,
        group: &[Pending],
    ) -> Result<(Self, Vec<bool>), Fault> {
        let streams = group.iter().map(|append| &append.stream_id);
        let unknown: Vec<_> = streams.filter(|stream| !self.streams.contains_key(*stream)).collect();
        let runs = group.iter().flat_map(|append| &append.runs);
        let near: Vec<_> = runs.filter(|run| self.may_hold(run)).map(|run| run.last()).collect();
        let found = look_up(commits, self.store, &unknown, &near).await?;

        let mut starts = found.runs.into_iter();
        let mut is_near = |run: &Run| {
            self.may_hold(run) && starts.next().flatten().is_some_and(|start| run.may_meet(start))
        };
        // Each run takes its own start, so none may be left out.
        let known =
            group.iter().map(|append| append.runs.iter().filter(|run| is_near(run)).count() > 0).collect();
        if self.store.is_none() {
            self.greatest_run = found.greatest_run;
        }
        self.store = Some(found.head);
        self.streams.extend(unknown.into_iter().cloned().zip(found.streams));
        Ok((self, known))
    }

    /// Whether the store may hold ids of this run, by what is known.
    fn may_hold(&self, run: &Run) -> bool {
        self.store.is_none() || self.greatest_run.is_some_and(|greatest| run.may_meet(greatest))
    }
}

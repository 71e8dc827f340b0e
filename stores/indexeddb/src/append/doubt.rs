use std::cell::RefCell;

use onefold::{Appended, WriteError};
use web_sys::IdbObjectStore;

use crate::append::queue::Pending;
use crate::dom::Fault;
use crate::read::find_event;

/// What the appends of a group came to in a transaction whose connection may be lost before it is known to be kept.
///
/// It runs a second time then, and where it was kept after all it finds its own events: no duplicates.
#[derive(Default)]
pub(super) struct InDoubt(RefCell<Vec<Option<Appended>>>);

impl InDoubt {
    /// The outcomes of this run, in the light of the one before.
    pub(super) async fn settled(
        &self,
        commits: &IdbObjectStore,
        group: &[Pending],
        mut outcomes: Vec<Result<Appended, WriteError>>,
    ) -> Result<Vec<Result<Appended, WriteError>>, Fault> {
        let written = outcomes.iter().map(|outcome| outcome.as_ref().ok().cloned()).collect();
        let before = self.0.replace(written);
        for ((append, outcome), before) in group.iter().zip(&mut outcomes).zip(before) {
            if let (Ok(now), Some(before)) = (&outcome, before)
                && now.duplicate
                && is_own(commits, append, &before).await?
            {
                *outcome = Ok(before);
            }
        }
        Ok(outcomes)
    }
}

/// Whether what is stored is what the run before wrote: somebody else may have appended the same events since.
async fn is_own(commits: &IdbObjectStore, append: &Pending, before: &Appended) -> Result<bool, Fault> {
    let (Some(recorded), Some(first)) = (&before.recorded, append.events.first()) else {
        return Ok(false);
    };
    let stored = find_event(commits, first.id).await?;
    Ok(stored.is_some_and(|stored| {
        stored.recorded_at == recorded.recorded_at && recorded.positions.first() == Some(&stored.position)
    }))
}

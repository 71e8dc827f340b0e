use std::sync::PoisonError;

use crate::backend::{EventStore, Snapshot};
use crate::envelope::{StreamId, Version};
use crate::error::InvalidArgumentError;
use crate::execute::{Aggregate, Loaded};
use crate::store::Store;

/// Snapshots are a cache: whatever goes wrong with one is warned of once, and the full fold serves.
impl<B: EventStore> Store<B> {
    /// The state of the last snapshot, if there is one that this decider can read.
    pub(crate) async fn snapshot<A: Aggregate<B::Page>>(
        &self,
        decider: &A,
        stream_id: &StreamId,
    ) -> Option<Loaded<A::State>> {
        self.options.snapshot_every?;
        let kept = match self.backend.load_snapshot(stream_id, decider.name()).await {
            Ok(kept) => kept?,
            Err(error) => return self.warn_once(decider, &format!("could not be read: {error}")),
        };
        if kept.state_version != decider.state_version() {
            return None;
        }
        match decider.decode_state(&kept.state) {
            Ok(state) => Some(Loaded { state, version: kept.version }),
            Err(reason) => self.warn_once(decider, &format!("could not be decoded: {reason}")),
        }
    }

    /// Keeps a snapshot of what was loaded, if enough events were folded since the last one.
    pub(crate) async fn keep_snapshot<A: Aggregate<B::Page>>(
        &self,
        decider: &A,
        stream_id: &StreamId,
        loaded: &Loaded<A::State>,
        last: Version,
    ) {
        let folded = loaded.version.get().saturating_sub(last.get());
        if self.options.snapshot_every.is_none_or(|every| folded < every.get()) {
            return;
        }
        let saved = match decider.encode_state(&loaded.state) {
            Ok(state) => {
                let snapshot = Snapshot {
                    stream_id: stream_id.clone(),
                    name: decider.name().to_owned(),
                    state_version: decider.state_version(),
                    version: loaded.version,
                    state,
                };
                self.backend.save_snapshot(snapshot).await.map_err(|error| error.to_string())
            }
            Err(reason) => Err(reason),
        };
        if let Err(reason) = saved {
            self.warn_once::<A, ()>(decider, &format!("could not be written: {reason}"));
        }
    }

    /// Refuses a decider whose name another one goes by.
    pub(crate) fn check_name<A: Aggregate<B::Page>>(&self, decider: &A) -> Result<(), InvalidArgumentError> {
        let mut deciders = self.deciders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = deciders.get(decider.name()) {
            if *known == decider.identity() {
                return Ok(());
            }
            let reason = format!(
                "another decider goes by the name `{}` in this store; give one a name",
                decider.name()
            );
            return Err(InvalidArgumentError::new("decider", reason));
        }
        deciders.insert(decider.name().to_owned(), decider.identity());
        Ok(())
    }

    fn warn_once<A: Aggregate<B::Page>, T>(&self, decider: &A, fault: &str) -> Option<T> {
        // The host may call back into the store, or wait for what another caller holds: not under this lock.
        let is_new =
            self.warned.lock().unwrap_or_else(PoisonError::into_inner).insert(decider.name().to_owned());
        if is_new {
            self.host.warn(&format!(
                "a snapshot of decider `{}` {fault}; its streams are folded in full",
                decider.name()
            ));
        }
        None
    }
}

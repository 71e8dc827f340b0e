//! Faults of snapshots: D2.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use onefold::{Json, Snapshot, StoreError, StreamId};

use super::{Fault, Memory};

/// Keeps the snapshot that was written last, even if it is of an older version.
#[derive(Default)]
pub struct LastSnapshotWins {
    kept: Mutex<HashMap<(StreamId, String), Snapshot<Json>>>,
}

impl Fault for LastSnapshotWins {
    fn load_snapshot(
        &self,
        _: &Memory,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<Json>>, StoreError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.get(&(stream_id.clone(), name.to_owned())).cloned())
    }

    fn save_snapshot(&self, _: &Memory, snapshot: Snapshot<Json>) -> Result<(), StoreError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert((snapshot.stream_id.clone(), snapshot.name.clone()), snapshot);
        Ok(())
    }
}

/// Keeps one snapshot a stream for all deciders.
#[derive(Default)]
pub struct NameIgnored;

impl Fault for NameIgnored {
    fn load_snapshot(
        &self,
        store: &Memory,
        stream_id: &StreamId,
        _: &str,
    ) -> Result<Option<Snapshot<Json>>, StoreError> {
        store.load_snapshot(stream_id, "")
    }

    fn save_snapshot(&self, store: &Memory, snapshot: Snapshot<Json>) -> Result<(), StoreError> {
        store.save_snapshot(Snapshot { name: String::new(), ..snapshot })
    }
}

/// Says of a snapshot that it is of a later version than it is: the tail is not folded.
#[derive(Default)]
pub struct SnapshotTooFar;

impl Fault for SnapshotTooFar {
    fn load_snapshot(
        &self,
        store: &Memory,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<Json>>, StoreError> {
        let kept = store.load_snapshot(stream_id, name)?;
        Ok(kept.map(|kept| Snapshot { version: kept.version.next(), ..kept }))
    }
}

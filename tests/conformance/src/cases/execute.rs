//! D1, D2: commands at once, and snapshots out of order.

use std::num::NonZeroU64;

use onefold::{
    EventReader, ExecuteOptions, Json, ReadStream, Snapshot, SnapshotStore, StoreOptions, StoredEvent,
    StreamId, Version,
};

use super::versions;
use crate::harness::open;
use crate::parallel::at_once;
use crate::vectors::{Command, Counter};
use crate::{Failure, Harness, Shared, equal};

/// 4 writers that each add 1 ten times come to 40: no command is lost and none counts twice.
///
/// # Errors
/// How the store broke D1 or D2.
pub async fn commands_at_once<H: Harness>(harness: &H) -> Result<(), Failure> {
    for snapshot_every in [None, NonZeroU64::new(3)] {
        let backend = Shared::new(harness.create().await?);
        let store = open(&backend, StoreOptions { snapshot_every, ..StoreOptions::default() })?;
        at_once(harness, 4, async |_| {
            for _ in 0..10 {
                let options = ExecuteOptions { retries: 50, ..ExecuteOptions::default() };
                store.execute(&Counter::new(), "1", &Command::Add { by: 1 }, options).await?;
            }
            Ok(())
        })?;
        let loaded = store.load(&Counter::new(), "1").await?;
        equal("the total", loaded.state.total, 40)?;
        equal("the version", loaded.version.get(), 40)?;
        let stored = store.read_stream("Counter-1", ReadStream::default()).await?;
        equal("versions", versions(&stored), (1..=40).collect())?;
    }
    Ok(())
}

/// A snapshot of an older version of the stream, written late, overwrites nothing; one of a newer does.
///
/// # Errors
/// How the store broke D2.
pub async fn older_snapshots<H: Harness>(harness: &H) -> Result<(), Failure> {
    let backend = harness.create().await?;
    let stream_id = StreamId::new("Counter-1")?;
    let snapshot = |name: &str, version: u64, state: &str| -> Result<Snapshot<Json>, Failure> {
        Ok(Snapshot {
            stream_id: stream_id.clone(),
            name: name.to_owned(),
            state_version: 1,
            version: Version::new(version),
            state: Json::parse(state)?,
        })
    };
    if !keeps_snapshots(&backend, &stream_id, snapshot("Probe", 1, "0")?).await? {
        return Ok(());
    }
    for (version, state, kept) in
        [(5, "\"five\"", 5), (3, "\"three\"", 5), (8, "\"eight\"", 8), (7, "\"seven\"", 8)]
    {
        backend.save_snapshot(snapshot("Counter", version, state)?).await?;
        backend.save_snapshot(snapshot("Other", 100 - version, state)?).await?;
        let loaded = backend.load_snapshot(&stream_id, "Counter").await?;
        equal("the version of the snapshot kept", loaded.map(|kept| kept.version), Some(Version::new(kept)))?;
    }
    let loaded = backend
        .load_snapshot(&stream_id, "Counter")
        .await?
        .map(|kept| kept.state.to::<String>())
        .transpose()?;
    equal("its state", loaded.as_deref(), Some("eight"))?;
    let none = backend.load_snapshot(&StreamId::new("Counter-2")?, "Counter").await?;
    equal("snapshots of another stream", none.is_none(), true)
}

/// A store may do without snapshots.
async fn keeps_snapshots<B>(backend: &B, stream_id: &StreamId, probe: Snapshot<Json>) -> Result<bool, Failure>
where
    B: SnapshotStore + EventReader<Payload = Json, Page = Vec<StoredEvent<Json>>>,
{
    let name = probe.name.clone();
    backend.save_snapshot(probe).await?;
    Ok(backend.load_snapshot(stream_id, &name).await?.is_some())
}

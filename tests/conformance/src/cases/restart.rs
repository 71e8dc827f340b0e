//! What outlives a store does so whole.

use onefold::{ExpectedVersion, Json, Metadata, ReadAll, ReadStream, StoreOptions};

use super::{event_with_id, everything, expecting};
use crate::harness::{fresh, open};
use crate::{Failure, Harness, Shared, check, equal};

/// After a restart everything reads as before: the same events, epoch, head and cursors.
///
/// # Errors
/// What was lost.
pub async fn keeps_everything<H: Harness>(harness: &H) -> Result<(), Failure> {
    if !harness.is_durable() {
        return Ok(());
    }
    let store = fresh(harness).await?;
    for number in 0..30 {
        let metadata =
            Metadata::none().with_tenant(format!("t{number}")).with_extra(Json::parse("{\"é\": [1.5]}")?);
        let events = vec![event_with_id(number, 0)?.with_metadata(metadata), event_with_id(number, 1)?];
        store.append(&format!("Order-{}", number % 4), events, expecting(ExpectedVersion::Any)).await?;
    }
    let (before, epoch, head) = (store.read_all(everything()).await?, store.epoch(), store.head().await?);
    let middle = before.get(30).ok_or_else(|| Failure::new("too few events"))?;
    let cursor = store.cursor(middle.position);
    let backend = store.backend().clone();
    drop(store);
    let backend = backend.into_inner().ok_or_else(|| Failure::new("the backend is still in use"))?;
    let store = open(&Shared::new(harness.restart(backend).await?), StoreOptions::default())?;
    equal("the epoch", store.epoch(), epoch)?;
    equal("the head", store.head().await?, head)?;
    check(store.read_all(everything()).await? == before, || "events read otherwise after a restart".into())?;
    let after = ReadAll { after: Some(cursor.as_str().into()), ..everything() };
    let rest = store.read_all(after).await?;
    check(rest.iter().eq(before.iter().skip(31)), || "a cursor goes on elsewhere after a restart".into())?;
    let version = store.stream_version("Order-0").await?;
    equal(
        "the version",
        u64::try_from(store.read_stream("Order-0", ReadStream::default()).await?.len())?,
        version.get(),
    )
}

use js_sys::Array;
use onefold::{Snapshot, StreamId, Version};
use onefold_js::JsPayload;
use onefold_js::records::{number, whole};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::IdbObjectStore;

use crate::dom::{Fault, KeptSnapshot, settled};

/// The snapshot of a stream under a decider's name.
pub(crate) async fn load(
    snapshots: &IdbObjectStore,
    stream_id: &StreamId,
    name: &str,
) -> Result<Option<Snapshot<JsPayload>>, Fault> {
    let found = settled(snapshots.get(&key(stream_id, name))).await?;
    if found.is_undefined() {
        return Ok(None);
    }
    let kept: KeptSnapshot = found.unchecked_into();
    Ok(Some(Snapshot {
        stream_id: stream_id.clone(),
        name: name.to_owned(),
        state_version: kept.state_version(),
        version: Version::new(whole(kept.version())),
        state: JsPayload::from_checked(kept.state()),
    }))
}

/// Keeps a snapshot, unless there is a newer one.
pub(crate) async fn save(snapshots: &IdbObjectStore, snapshot: &Snapshot<JsPayload>) -> Result<(), Fault> {
    let kept = load(snapshots, &snapshot.stream_id, &snapshot.name).await?;
    if kept.is_some_and(|kept| !snapshot.replaces(&kept)) {
        return Ok(());
    }
    let record =
        KeptSnapshot::new(snapshot.state_version, number(snapshot.version.get()), snapshot.state.value());
    snapshots.put_with_key(&record, &key(&snapshot.stream_id, &snapshot.name))?;
    Ok(())
}

fn key(stream_id: &StreamId, name: &str) -> JsValue {
    Array::of2(&stream_id.as_str().into(), &name.into()).into()
}

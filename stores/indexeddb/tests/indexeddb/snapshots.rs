use onefold::{Snapshot, SnapshotStore, StreamId, Version};
use onefold_js::JsPayload;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{fresh_name, open_backend};

#[wasm_bindgen_test]
async fn the_newest_snapshot_of_each_decider_is_kept() {
    let store = open_backend(&fresh_name()).await.unwrap();
    let stream_id = StreamId::new("Order-1").unwrap();
    let snapshot = |name: &str, state_version, version| Snapshot {
        stream_id: stream_id.clone(),
        name: name.to_owned(),
        state_version,
        version: Version::new(version),
        state: JsPayload::take(&f64::from(state_version).into()).unwrap(),
    };
    assert_eq!(store.load_snapshot(&stream_id, "order").await.unwrap(), None);
    for (state_version, version) in [(1, 10), (1, 5), (2, 3), (1, 20)] {
        store.save_snapshot(snapshot("order", state_version, version)).await.unwrap();
    }
    store.save_snapshot(snapshot("other", 1, 1)).await.unwrap();
    assert_eq!(store.load_snapshot(&stream_id, "order").await.unwrap(), Some(snapshot("order", 2, 3)));
    assert_eq!(store.load_snapshot(&stream_id, "other").await.unwrap(), Some(snapshot("other", 1, 1)));
}

use js_sys::Array;
use onefold::{EventId, Position, StreamId, Version};
use onefold_js::records::{number, whole};
use wasm_bindgen::prelude::*;
use web_sys::IdbObjectStore;

use crate::dom::Fault;

#[wasm_bindgen(module = "/js/heads.js")]
extern "C" {
    #[wasm_bindgen(js_name = lookedUp, catch)]
    async fn looked_up(
        commits: &IdbObjectStore,
        head: Option<f64>,
        streams: &Array,
        ids: &Array,
    ) -> Result<JsValue, JsValue>;
}

/// Where a stream ends: zeros where it does not exist.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamHead {
    /// The version of its last event.
    pub(crate) version: Version,
    /// The position of that event in the store.
    pub(crate) position: Position,
}

impl StreamHead {
    /// The end of a stream that does not exist.
    pub(crate) const NONE: Self = Self { version: Version::ZERO, position: Position::ZERO };
}

/// What appends must know before they write.
pub(crate) struct LookedUp {
    /// The last position of the store, or any beyond the one that was thought to be.
    pub(crate) head: Position,
    /// The greatest start of a run of ids, where no head was known.
    pub(crate) greatest_run: Option<EventId>,
    /// Where each stream ends.
    pub(crate) streams: Vec<StreamHead>,
    /// The greatest start of a run of ids up to each id.
    pub(crate) runs: Vec<Option<EventId>>,
}

/// Looks up some streams and some ids in one round, and whether the head is still what it was, if that is known.
pub(crate) async fn look_up(
    commits: &IdbObjectStore,
    head: Option<Position>,
    streams: &[&StreamId],
    ids: &[EventId],
) -> Result<LookedUp, Fault> {
    let head = head.map(|head| number(head.get()));
    let streams = streams.iter().map(|stream| JsValue::from_str(stream.as_str())).collect();
    let ids = ids.iter().map(|id| JsValue::from(id.to_string())).collect();
    let found = array(looked_up(commits, head, &streams, &ids).await?);
    Ok(LookedUp {
        head: Position::new(count(&found.get(0))),
        greatest_run: event_id(&found.get(1)),
        streams: array(found.get(2)).iter().map(stream_head).collect(),
        runs: array(found.get(3)).iter().map(|start| event_id(&start)).collect(),
    })
}

fn stream_head(pair: JsValue) -> StreamHead {
    let pair = array(pair);
    StreamHead { version: Version::new(count(&pair.get(0))), position: Position::new(count(&pair.get(1))) }
}

/// A value that is known to be an array.
fn array(value: JsValue) -> Array {
    value.unchecked_into()
}

/// A version or position.
fn count(value: &JsValue) -> u64 {
    value.as_f64().map_or(0, whole)
}

fn event_id(key: &JsValue) -> Option<EventId> {
    key.as_string()?.parse().ok()
}

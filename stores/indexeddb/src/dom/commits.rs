use js_sys::Array;
use onefold::EventId;
use wasm_bindgen::prelude::*;
use web_sys::IdbObjectStore;

use crate::dom::Fault;

#[wasm_bindgen(module = "/js/commits.js")]
extern "C" {
    /// Gathers the events of one append and makes the record of them.
    pub(crate) type CommitBuilder;

    #[wasm_bindgen(constructor)]
    pub(crate) fn new() -> CommitBuilder;

    /// The first of the next ids and how many count up from it by one.
    #[wasm_bindgen(method, js_name = addRun)]
    pub(crate) fn add_run(this: &CommitBuilder, first: &str, length: u32);

    #[wasm_bindgen(method, js_name = addEvent)]
    pub(crate) fn add_event(
        this: &CommitBuilder,
        event_type: &JsValue,
        schema_version: u32,
        data: &JsValue,
        metadata: &JsValue,
    );

    /// The record; version and position are those of the last event.
    #[wasm_bindgen(method)]
    pub(crate) fn build(
        this: &CommitBuilder,
        stream_id: &str,
        version: f64,
        position: f64,
        recorded_at: f64,
    ) -> JsValue;
}

#[wasm_bindgen(module = "/js/read.js")]
extern "C" {
    #[wasm_bindgen(js_name = eventsOf, catch)]
    async fn records_of(commits: &IdbObjectStore, ids: &Array) -> Result<JsValue, JsValue>;
}

/// The records of ids, within a transaction; `undefined` for each that is not known.
pub(crate) async fn find_records(
    commits: &IdbObjectStore,
    ids: impl Iterator<Item = EventId>,
) -> Result<Array, Fault> {
    let ids = ids.map(|id| JsValue::from(id.to_string())).collect();
    Ok(records_of(commits, &ids).await?.unchecked_into())
}

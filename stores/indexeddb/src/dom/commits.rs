use js_sys::Array;
use wasm_bindgen::prelude::*;

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
        event_type: &str,
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

    /// Gathers the events of commits that lie within bounds and match a filter, up to a limit.
    pub(crate) type Collector;

    #[wasm_bindgen(constructor)]
    pub(crate) fn new(by_version: bool, backwards: bool, limit: f64, filter: &JsValue) -> Collector;

    /// Takes the events from `first` to `last`, both inclusive; says whether there is room for more.
    #[wasm_bindgen(method)]
    pub(crate) fn take(this: &Collector, commits: &Array, first: f64, last: f64) -> bool;

    /// The records of a page.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn records(this: &Collector) -> Array;

    /// The record of the event that is so far into the run of ids that begins with `first`; `undefined` where the
    /// run is shorter.
    #[wasm_bindgen(js_name = recordIn)]
    pub(crate) fn record_in(commit: &JsValue, first: &str, offset: u32) -> JsValue;
}

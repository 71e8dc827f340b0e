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
        event_type: &JsValue,
        schema_version: u32,
        data: &JsValue,
        metadata: &JsValue,
    );
}

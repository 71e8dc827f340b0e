use wasm_bindgen::prelude::*;

use crate::dom::{CommitBuilder, Database};

#[wasm_bindgen(module = "/js/writer.js")]
extern "C" {
    /// Writes appends, one transaction at a time. Those that arrive meanwhile share the next one.
    pub(crate) type Writer;

    /// `durability` is IndexedDB's.
    #[wasm_bindgen(constructor)]
    pub(crate) fn new(database: &Database, durability: &str) -> Writer;

    /// Appends as `decide` says, and waits until it is kept. `decide` gets the last position of the store, the version
    /// and the position at which the stream ends, the records of the ids or `undefined`, and whether a try before
    /// may have been kept. It gives when the events are recorded, or nothing where none is to be written.
    #[wasm_bindgen(method, catch)]
    pub(crate) async fn append(
        this: &Writer,
        stream: &str,
        commit: &CommitBuilder,
        decide: &JsValue,
    ) -> Result<JsValue, JsValue>;
}

// Each module has to be named, also one that only other modules use.
#[wasm_bindgen(module = "/js/known.js")]
extern "C" {
    type KnownHeads;
}
#[wasm_bindgen(module = "/js/heads.js")]
extern "C" {
    #[wasm_bindgen(js_name = lookedUp)]
    fn looked_up();
}

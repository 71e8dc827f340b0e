use wasm_bindgen::prelude::*;

use crate::dom::Database;

#[wasm_bindgen(module = "/js/snapshots.js")]
extern "C" {
    /// The snapshot of a stream under a decider's name; `undefined` where there is none.
    #[wasm_bindgen(js_name = loadSnapshot, catch)]
    pub(crate) async fn load_snapshot(
        database: &Database,
        stream: &str,
        name: &str,
    ) -> Result<JsValue, JsValue>;

    /// Keeps a snapshot, unless there is a newer one.
    #[wasm_bindgen(js_name = saveSnapshot, catch)]
    pub(crate) async fn save_snapshot(
        database: &Database,
        stream: &str,
        name: &str,
        state_version: u32,
        version: f64,
        state: &JsValue,
    ) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// A snapshot as it is kept.
    pub(crate) type KeptSnapshot;

    #[wasm_bindgen(method, getter, js_name = stateVersion)]
    pub(crate) fn state_version(this: &KeptSnapshot) -> u32;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn version(this: &KeptSnapshot) -> f64;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn state(this: &KeptSnapshot) -> JsValue;
}

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/js/snapshots.js")]
extern "C" {
    /// A snapshot as IndexedDB keeps it.
    pub(crate) type KeptSnapshot;

    #[wasm_bindgen(constructor)]
    pub(crate) fn new(state_version: u32, version: f64, state: &JsValue) -> KeptSnapshot;

    #[wasm_bindgen(method, getter, structural, js_name = stateVersion)]
    pub(crate) fn state_version(this: &KeptSnapshot) -> u32;

    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn version(this: &KeptSnapshot) -> f64;

    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn state(this: &KeptSnapshot) -> JsValue;
}

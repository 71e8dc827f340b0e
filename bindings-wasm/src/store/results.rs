//! What operations come to, as JavaScript objects.

use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/modules/results.js")]
extern "C" {
    pub(super) fn failure(error: &JsValue) -> JsValue;
    pub(super) fn appended(version: f64, position: f64, duplicate: bool) -> JsValue;
    pub(super) fn loaded(state: &JsValue, version: f64) -> JsValue;
    pub(super) fn executed(
        state: &JsValue,
        events: &Array,
        version: f64,
        position: f64,
        attempts: u32,
    ) -> JsValue;
}

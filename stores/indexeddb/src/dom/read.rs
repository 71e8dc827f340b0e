use wasm_bindgen::prelude::*;

use crate::dom::Database;

// Each module has to be named, also one that only other modules use.
#[wasm_bindgen(module = "/js/collector.js")]
extern "C" {
    type Collector;
}

#[wasm_bindgen(module = "/js/read.js")]
extern "C" {
    /// Records of one stream.
    #[wasm_bindgen(js_name = readStream, catch)]
    pub(crate) async fn read_stream(
        database: &Database,
        stream: &str,
        from: Option<f64>,
        limit: Option<f64>,
        backwards: bool,
    ) -> Result<JsValue, JsValue>;

    /// Records of the whole store that match.
    #[wasm_bindgen(js_name = readAll, catch)]
    pub(crate) async fn read_all(
        database: &Database,
        after: Option<f64>,
        limit: Option<f64>,
        backwards: bool,
        filter: &JsValue,
    ) -> Result<JsValue, JsValue>;

    /// The record of an id; `undefined` where there is none.
    #[wasm_bindgen(js_name = findEvent, catch)]
    pub(crate) async fn find_event(database: &Database, id: &str) -> Result<JsValue, JsValue>;

    /// The position of the last event.
    #[wasm_bindgen(js_name = readHead, catch)]
    pub(crate) async fn read_head(database: &Database) -> Result<JsValue, JsValue>;

    /// The version of a stream.
    #[wasm_bindgen(js_name = readVersion, catch)]
    pub(crate) async fn read_version(database: &Database, stream: &str) -> Result<JsValue, JsValue>;
}

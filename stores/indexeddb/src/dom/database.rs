use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/js/schema.js")]
extern "C" {
    /// Opens the database of a store, with this epoch if it is new. It is a `TimeoutError` when others stay in the way
    /// for longer than `patience` milliseconds.
    #[wasm_bindgen(js_name = openStore, catch)]
    pub(crate) async fn open_store(name: &str, patience: u32, epoch: &str) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/js/database.js")]
extern "C" {
    /// An open database that mends its connection where it can.
    pub(crate) type Database;

    /// The UUID that was made with the store.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn epoch(this: &Database) -> String;

    /// Lets the database go; transactions that run go on to their end.
    #[wasm_bindgen(method)]
    pub(crate) fn close(this: &Database);
}

// Each module has to be named, also one that only other modules use.
#[wasm_bindgen(module = "/js/requests.js")]
extern "C" {
    fn committed();
}

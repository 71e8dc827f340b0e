use wasm_bindgen::prelude::*;
use web_sys::IdbTransaction;

#[wasm_bindgen(module = "/js/database.js")]
extern "C" {
    /// An open database that mends its connection where it can.
    pub(crate) type Database;

    /// Opens a database. `migrate` gets it with its transaction and its version, and makes or changes its stores. It
    /// is a `TimeoutError` when others stay in the way for longer than `patience` milliseconds.
    #[wasm_bindgen(static_method_of = Database, catch)]
    pub(crate) async fn open(
        name: &str,
        version: u32,
        patience: u32,
        migrate: &JsValue,
    ) -> Result<JsValue, JsValue>;

    /// The UUID that was made with the store.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn epoch(this: &Database) -> String;

    /// Lets the database go; transactions that run go on to their end.
    #[wasm_bindgen(method)]
    pub(crate) fn close(this: &Database);

    /// Begins a transaction that writes to one object store.
    #[wasm_bindgen(method, catch)]
    pub(crate) async fn begin(this: &Database, store: &str, durability: &str) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/js/requests.js")]
extern "C" {
    /// Commits a transaction, and waits until it is kept.
    #[wasm_bindgen(catch)]
    pub(crate) async fn committed(transaction: &IdbTransaction) -> Result<JsValue, JsValue>;
}

use std::sync::Arc;
use std::time::Duration;

use onefold_indexeddb::{Durability, IndexedDbOptions, IndexedDbStore};
use onefold_js::JsHost;
use wasm_bindgen::prelude::*;

use crate::backend::Backend;
use crate::errors::ToJsError;
use crate::store::Store;
use crate::store::open::Options;

#[wasm_bindgen]
impl Store {
    /// A store in the IndexedDB database of this name. The timeout is in milliseconds.
    #[wasm_bindgen(js_name = indexedDb)]
    pub async fn indexed_db(
        name: String,
        relaxed: bool,
        blocked_timeout: u32,
        options: Options,
    ) -> Result<Store, JsValue> {
        let host = Arc::new(JsHost::new());
        let durability = if relaxed { Durability::Relaxed } else { Durability::Strict };
        let blocked_timeout = Duration::from_millis(blocked_timeout.into());
        let database =
            IndexedDbStore::open(&name, host.clone(), IndexedDbOptions { durability, blocked_timeout });
        let database = database.await.map_err(ToJsError::to_js_error)?;
        Self::over(Backend::IndexedDb(database), host, options)
    }

    /// The database in JavaScript; `undefined` for a store that is not in IndexedDB.
    #[wasm_bindgen(getter)]
    pub fn database(&self) -> JsValue {
        match self.inner.backend() {
            Backend::IndexedDb(store) => store.database().clone(),
            _ => JsValue::UNDEFINED,
        }
    }

    /// What is thrown for an exception of that database.
    #[wasm_bindgen(js_name = databaseError)]
    pub fn database_error(&self, thrown: JsValue) -> JsValue {
        match self.inner.backend() {
            Backend::IndexedDb(store) => store.failed(thrown).to_js_error(),
            _ => thrown,
        }
    }
}

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use js_sys::{Promise, Reflect};
use onefold::{EventId, EventType, NewEvent, Store, StoreError, StoreOptions};
use onefold_indexeddb::{Durability, IndexedDbOptions, IndexedDbStore};
use onefold_js::{JsHost, JsPage, JsPayload};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(inline_js = "
const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
});
export const deleted = (name) => settled(indexedDB.deleteDatabase(name));
/** Opens a database and never lets it go, as an application that does not listen does. */
export const held = (name, version) => settled(indexedDB.open(name, version));
export const letGo = (database) => database.close();
")]
extern "C" {
    fn deleted(name: &str) -> Promise;
    fn held(name: &str, version: u32) -> Promise;
    #[wasm_bindgen(js_name = letGo)]
    pub(crate) fn let_go(database: &JsValue);
}

/// A name that no other test has.
pub(crate) fn fresh_name() -> String {
    thread_local! {
        static COUNT: Cell<u32> = const { Cell::new(0) };
    }
    COUNT.set(COUNT.get() + 1);
    format!("test {} of {}", COUNT.get(), js_sys::Date::now())
}

#[expect(clippy::arc_with_non_send_sync, reason = "natively, the core shares its host between threads")]
fn host() -> Arc<JsHost> {
    Arc::new(JsHost::new())
}

pub(crate) fn quick() -> IndexedDbOptions {
    IndexedDbOptions { durability: Durability::Relaxed, ..IndexedDbOptions::default() }
}

pub(crate) async fn open_backend(name: &str) -> Result<IndexedDbStore, StoreError> {
    IndexedDbStore::open(name, host(), quick()).await
}

pub(crate) async fn open(name: &str) -> Store<IndexedDbStore> {
    let backend = open_backend(name).await.unwrap();
    Store::new(backend, host(), StoreOptions::default()).unwrap()
}

pub(crate) async fn open_impatiently(name: &str) -> Result<IndexedDbStore, StoreError> {
    let options = IndexedDbOptions { blocked_timeout: Duration::from_millis(100), ..quick() };
    IndexedDbStore::open(name, host(), options).await
}

/// Deletes a database, as clearing the site's data does.
pub(crate) async fn delete(name: &str) {
    JsFuture::from(deleted(name)).await.unwrap();
}

/// Opens a database and holds it.
pub(crate) async fn hold(name: &str, version: u32) -> JsValue {
    JsFuture::from(held(name, version)).await.unwrap()
}

pub(crate) fn event(number: u32) -> NewEvent<JsPayload> {
    NewEvent::new(EventType::new("Counted").unwrap(), JsPayload::take(&number.into()).unwrap())
}

pub(crate) fn event_with_id(id: u128) -> NewEvent<JsPayload> {
    event(0).with_id(EventId::from_bytes(id.to_be_bytes()))
}

/// A number of each event of a page, such as its version.
pub(crate) fn numbers(page: &JsPage, field: &str) -> Vec<u32> {
    let number = |record| Reflect::get(&record, &field.into()).unwrap().as_f64().unwrap();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small counts")]
    page.records().iter().map(|record| number(record) as u32).collect()
}

/// Numbers that look random and are the same in every run (`SplitMix64`).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    pub(crate) fn of<const N: usize>(&mut self, values: [&'static str; N]) -> &'static str {
        values[self.below(N)]
    }

    pub(crate) fn maybe<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(2) == 0).then(|| value(self))
    }
}

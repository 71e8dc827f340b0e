use std::num::NonZeroU64;
use std::rc::Rc;
use std::sync::Arc;

use js_sys::Array;
use onefold::{Enricher, EventId, InvalidArgumentError, Limits, MemoryStore, StoreOptions, new_epoch};
use onefold_js::records::whole;
use onefold_js::{JsHost, JsPayload};
use wasm_bindgen::prelude::*;

use crate::backend::{Backend, CustomStore, JsStore};
use crate::enricher::{Enrich, JsEnricher};
use crate::errors::ToJsError;
use crate::registry::Registry;
use crate::store::Store;

/// What every store is opened with. It is filled member by member, for a call with so many arguments says nothing.
#[wasm_bindgen]
#[derive(Default)]
pub struct Options {
    events: Option<Arc<onefold::Registry<JsPayload>>>,
    limits: Limits,
    enrichers: Vec<Box<dyn Enricher<JsPayload>>>,
    snapshot_every: Option<NonZeroU64>,
}

#[wasm_bindgen]
impl Options {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn events(&mut self, registry: &Registry) {
        self.events = Some(registry.inner());
    }

    /// Sets a limit by its name.
    pub fn limit(&mut self, name: &str, value: f64) -> Result<(), JsValue> {
        let value = usize::try_from(whole(value)).unwrap_or(usize::MAX);
        let limit = match name {
            "dataBytes" => &mut self.limits.data_bytes,
            "metadataBytes" => &mut self.limits.metadata_bytes,
            "nesting" => &mut self.limits.nesting,
            "events" => &mut self.limits.events,
            "streamIdChars" => &mut self.limits.stream_id_chars,
            "typeChars" => &mut self.limits.type_chars,
            "referenceChars" => &mut self.limits.reference_chars,
            _ => return Err(invalid(format!("limits.{name}"), "there is no such limit")),
        };
        *limit = value;
        Ok(())
    }

    pub fn enrichers(&mut self, enrichers: &Array) {
        let boxed = |enricher: JsValue| {
            Box::new(JsEnricher(enricher.unchecked_into::<Enrich>())) as Box<dyn Enricher<JsPayload>>
        };
        self.enrichers = enrichers.iter().map(boxed).collect();
    }

    #[wasm_bindgen(js_name = snapshotEvery)]
    pub fn snapshot_every(&mut self, events: f64) -> Result<(), JsValue> {
        let every = NonZeroU64::new(whole(events));
        self.snapshot_every = Some(
            every.ok_or_else(|| invalid("snapshot_every", "give a whole number from 1, or leave it out"))?,
        );
        Ok(())
    }
}

#[wasm_bindgen]
impl Store {
    /// A store in memory.
    pub fn memory(options: Options) -> Result<Store, JsValue> {
        let host = Arc::new(JsHost::new());
        Self::over(Backend::Memory(MemoryStore::with_log(host.clone())), host, options)
    }

    /// A store over one of the user's own.
    pub fn custom(store: CustomStore, epoch: Option<String>, options: Options) -> Result<Store, JsValue> {
        let host = Arc::new(JsHost::new());
        let epoch = match epoch {
            Some(epoch) => epoch.parse::<EventId>().map_err(|_| {
                invalid("store", "its epoch is no UUID; give one that lasts as its positions do")
            })?,
            None => new_epoch(host.as_ref()),
        };
        Self::over(Backend::Custom(JsStore::new(store, epoch)), host, options)
    }
}

impl Store {
    pub(crate) fn over(backend: Backend, host: Arc<JsHost>, options: Options) -> Result<Self, JsValue> {
        let Options { events, limits, enrichers, snapshot_every } = options;
        let options = StoreOptions { events, limits, enrichers, snapshot_every };
        let inner = onefold::Store::new(backend, host, options).map_err(ToJsError::to_js_error)?;
        Ok(Self { inner: Rc::new(inner) })
    }
}

#[cfg(feature = "sqlite")]
#[wasm_bindgen]
impl Store {
    /// A store in a SQLite file; `durability` is `strict` or `relaxed`, the timeout in milliseconds.
    pub fn sqlite(
        path: &str,
        durability: &str,
        busy_timeout: f64,
        migrate: bool,
        options: Options,
    ) -> Result<Store, JsValue> {
        use onefold_sqlite::{Durability, SqliteOptions, SqliteStore};
        let durability = if durability == "relaxed" { Durability::Relaxed } else { Durability::Strict };
        let busy_timeout = std::time::Duration::from_millis(whole(busy_timeout));
        let sqlite = SqliteOptions { durability, busy_timeout, migrate };
        let host = Arc::new(JsHost::new());
        let store =
            SqliteStore::open_by_driver(path, host.clone(), sqlite).map_err(ToJsError::to_js_error)?;
        Self::over(Backend::Sqlite(Box::new(store)), host, options)
    }
}

fn invalid(argument: impl Into<std::borrow::Cow<'static, str>>, reason: &str) -> JsValue {
    InvalidArgumentError::new(argument, reason).to_js_error()
}

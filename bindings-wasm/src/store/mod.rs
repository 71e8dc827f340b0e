//! The store under the TypeScript class `Store`.

mod indexeddb;
mod open;
mod pages;
mod read;
mod results;
mod run;

use std::rc::Rc;

use onefold::{AppendOptions, ExecuteOptions, ExpectedVersion, Metadata, Store as CoreStore, Version};
use onefold_js::records::{number, whole};
use wasm_bindgen::prelude::*;

use crate::backend::Backend;
use crate::decider::{Adapter, Decider};
use crate::draft::{self, DraftMetadata};
use crate::errors::ToJsError;
use crate::store::run::run;

/// An open store. Its methods give what they came to at once, be it a failure, or a promise of it.
#[wasm_bindgen]
pub struct Store {
    inner: Rc<CoreStore<Backend>>,
}

#[wasm_bindgen]
impl Store {
    /// Appends the events given; `{version, position, duplicate}`. The expected version is as [`expected_from`] says.
    pub fn append(&self, stream_id: String, expected: f64) -> JsValue {
        let events = draft::given_events();
        let options = AppendOptions { expected_version: expected_from(expected) };
        let store = self.inner.clone();
        run(async move {
            let events = events.map_err(ToJsError::to_js_error)?;
            let appended = store.append(&stream_id, events, options).await.map_err(ToJsError::to_js_error)?;
            let (version, position) = (number(appended.version.get()), number(appended.position.get()));
            Ok(results::appended(version, position, appended.duplicate))
        })
    }

    /// `{state, events, version, position, attempts}`, the events as records.
    pub fn execute(
        &self,
        decider: &Decider,
        adapter: Adapter,
        id: String,
        command: JsValue,
        metadata: Option<DraftMetadata>,
        retries: u32,
    ) -> JsValue {
        let metadata = metadata.map_or(Metadata::none(), |given| draft::metadata(&given));
        let store = self.inner.clone();
        let decider = decider.over(adapter);
        run(async move {
            let options = ExecuteOptions { metadata, retries };
            let executed =
                store.execute(&decider, &id, &command, options).await.map_err(ToJsError::to_js_error)?;
            Ok(results::executed(
                &executed.state,
                executed.events.records(),
                number(executed.version.get()),
                number(executed.position.get()),
                executed.attempts,
            ))
        })
    }

    /// `{state, version}`.
    pub fn load(&self, decider: &Decider, adapter: Adapter, id: String) -> JsValue {
        let store = self.inner.clone();
        let decider = decider.over(adapter);
        run(async move {
            let loaded = store.load(&decider, &id).await.map_err(ToJsError::to_js_error)?;
            Ok(results::loaded(&loaded.state, number(loaded.version.get())))
        })
    }

    pub fn cursor(&self, position: f64) -> String {
        self.inner.cursor(whole(position).into())
    }

    #[wasm_bindgen(getter)]
    pub fn epoch(&self) -> String {
        self.inner.epoch().to_string()
    }

    #[wasm_bindgen(getter)]
    pub fn closed(&self) -> bool {
        self.inner.is_closed()
    }

    pub fn close(&self) -> JsValue {
        let store = self.inner.clone();
        run(async move {
            store.close().await.map_err(ToJsError::to_js_error)?;
            Ok(JsValue::UNDEFINED)
        })
    }
}

/// A version, or what `ts/store/expected.ts` has for the others, because a text would have to cross.
fn expected_from(expected: f64) -> ExpectedVersion {
    match expected {
        -1.0 => ExpectedVersion::Any,
        -2.0 => ExpectedVersion::NoStream,
        -3.0 => ExpectedVersion::StreamExists,
        version => ExpectedVersion::Exact(Version::new(whole(version))),
    }
}

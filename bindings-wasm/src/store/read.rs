use js_sys::Array;
use onefold::{
    After, EventId, EventType, Filter, InvalidArgumentError, Position, ReadAll, ReadStream, Version,
};
use onefold_js::records::{number, timestamp, to_records, whole};
use wasm_bindgen::prelude::*;

use crate::errors::ToJsError;
use crate::store::Store;
use crate::store::run::run;

#[wasm_bindgen]
extern "C" {
    /// Which events of a stream, as `ts/store/read.ts` checked it.
    pub type StreamQuery;
    #[wasm_bindgen(method, getter, js_name = fromVersion)]
    fn from_version(this: &StreamQuery) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn limit(this: &StreamQuery) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn backwards(this: &StreamQuery) -> bool;

    /// Which events of the whole store; moments are in microseconds.
    pub type AllQuery;
    /// A position, a cursor, or `undefined`.
    #[wasm_bindgen(method, getter)]
    fn after(this: &AllQuery) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = limit)]
    fn all_limit(this: &AllQuery) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = backwards)]
    fn all_backwards(this: &AllQuery) -> bool;
    #[wasm_bindgen(method, getter)]
    fn category(this: &AllQuery) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn types(this: &AllQuery) -> Option<Vec<String>>;
    #[wasm_bindgen(method, getter)]
    fn tenant(this: &AllQuery) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = correlationId)]
    fn correlation_id(this: &AllQuery) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = recordedFrom)]
    fn recorded_from(this: &AllQuery) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = recordedTo)]
    fn recorded_to(this: &AllQuery) -> Option<f64>;
}

#[wasm_bindgen]
impl Store {
    /// An array of records.
    #[wasm_bindgen(js_name = readStream)]
    pub fn read_stream(&self, stream_id: String, query: &StreamQuery) -> JsValue {
        let read = stream_read(query);
        let store = self.inner.clone();
        run(async move {
            let page = store.read_stream(&stream_id, read).await.map_err(ToJsError::to_js_error)?;
            Ok(page.records().into())
        })
    }

    /// An array of records.
    #[wasm_bindgen(js_name = readAll)]
    pub fn read_all(&self, query: &AllQuery) -> JsValue {
        let read = all_read(query);
        let store = self.inner.clone();
        run(async move {
            let read = read.map_err(ToJsError::to_js_error)?;
            let page = store.read_all(read).await.map_err(ToJsError::to_js_error)?;
            Ok(page.records().into())
        })
    }

    #[wasm_bindgen(js_name = streamVersion)]
    pub fn stream_version(&self, stream_id: String) -> JsValue {
        let store = self.inner.clone();
        run(async move {
            let version = store.stream_version(&stream_id).await.map_err(ToJsError::to_js_error)?;
            Ok(number(version.get()).into())
        })
    }

    #[wasm_bindgen(js_name = eventExists)]
    pub fn event_exists(&self, id: &str) -> JsValue {
        let id = event_id(id);
        let store = self.inner.clone();
        run(async move { Ok(store.event_exists(id?).await.map_err(ToJsError::to_js_error)?.into()) })
    }

    /// A record, or `undefined`.
    #[wasm_bindgen(js_name = findEvent)]
    pub fn find_event(&self, id: &str) -> JsValue {
        let id = event_id(id);
        let store = self.inner.clone();
        run(async move {
            let found = store.find_event(id?).await.map_err(ToJsError::to_js_error)?;
            let records: Array = found.map(|event| to_records(&[event])).unwrap_or_default();
            Ok(records.get(0))
        })
    }

    pub fn head(&self) -> JsValue {
        let store = self.inner.clone();
        run(async move { Ok(number(store.head().await.map_err(ToJsError::to_js_error)?.get()).into()) })
    }
}

pub(super) fn stream_read(query: &StreamQuery) -> ReadStream {
    ReadStream {
        from_version: query.from_version().map(|version| Version::new(whole(version))),
        limit: query.limit().map(count),
        backwards: query.backwards(),
    }
}

pub(super) fn all_read(query: &AllQuery) -> Result<ReadAll, InvalidArgumentError> {
    let types = query.types().map(|types| types.into_iter().map(event_type).collect()).transpose()?;
    Ok(ReadAll {
        after: after(&query.after()),
        limit: query.all_limit().map(count),
        backwards: query.all_backwards(),
        filter: Filter {
            category: query.category().map(Into::into),
            types,
            tenant: query.tenant().map(Into::into),
            correlation_id: query.correlation_id().map(Into::into),
            recorded_from: query.recorded_from().map(timestamp),
            recorded_to: query.recorded_to().map(timestamp),
        },
    })
}

fn event_type(name: String) -> Result<EventType, InvalidArgumentError> {
    EventType::new(name).map_err(|error| InvalidArgumentError::new("types", error.reason))
}

fn event_id(text: &str) -> Result<EventId, JsValue> {
    text.parse().map_err(|InvalidArgumentError { reason, .. }| {
        InvalidArgumentError::new("event_id", reason).to_js_error()
    })
}

fn after(after: &JsValue) -> Option<After> {
    match after.as_f64() {
        Some(position) => Some(After::Position(Position::new(whole(position)))),
        None => after.as_string().map(After::Cursor),
    }
}

fn count(limit: f64) -> usize {
    usize::try_from(whole(limit)).unwrap_or(usize::MAX)
}

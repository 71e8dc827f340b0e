use std::sync::Arc;

use js_sys::Array;
use onefold::{Envelope, EventType, InvalidArgumentError, InvalidEventError, Metadata, NewEvent};
use onefold_js::records::metadata_to_js;
use onefold_js::{JsPayload, Taken};
use wasm_bindgen::prelude::*;

use crate::errors::set;

#[wasm_bindgen]
extern "C" {
    /// An event on its way in, as `ts/event/draft.ts` makes it: its data is checked, its texts are whole.
    pub type Draft;
    #[wasm_bindgen(method, getter)]
    fn id(this: &Draft) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = type)]
    fn event_type(this: &Draft) -> String;
    #[wasm_bindgen(method, getter, js_name = schemaVersion)]
    fn schema_version(this: &Draft) -> Option<u32>;
    #[wasm_bindgen(method, getter)]
    fn data(this: &Draft) -> Taken;
    #[wasm_bindgen(method, getter)]
    fn metadata(this: &Draft) -> Option<DraftMetadata>;

    /// Metadata on its way in.
    pub type DraftMetadata;
    #[wasm_bindgen(method, getter, js_name = correlationId)]
    fn correlation_id(this: &DraftMetadata) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = causationId)]
    fn causation_id(this: &DraftMetadata) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn tenant(this: &DraftMetadata) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn extra(this: &DraftMetadata) -> Option<Taken>;
}

/// The events that an array of drafts is.
pub(crate) fn events(drafts: &Array) -> Result<Vec<NewEvent<JsPayload>>, InvalidEventError> {
    drafts.iter().enumerate().map(|(index, draft)| event(index, draft.unchecked_ref::<Draft>())).collect()
}

fn event(index: usize, draft: &Draft) -> Result<NewEvent<JsPayload>, InvalidEventError> {
    let invalid = |path: &'static str| {
        move |InvalidArgumentError { reason, .. }| InvalidEventError::new(index, path, reason)
    };
    Ok(NewEvent {
        id: draft.id().map(|id| id.parse()).transpose().map_err(invalid("id"))?,
        event_type: EventType::new(draft.event_type()).map_err(invalid("type"))?,
        schema_version: draft.schema_version(),
        data: JsPayload::from_taken(&draft.data()),
        metadata: draft.metadata().map_or(Metadata::none(), |given| metadata(&given)),
    })
}

/// The metadata that a draft of it is.
pub(crate) fn metadata(draft: &DraftMetadata) -> Metadata<JsPayload> {
    Metadata {
        correlation_id: draft.correlation_id().map(Arc::from),
        causation_id: draft.causation_id().map(Arc::from),
        tenant: draft.tenant().map(Arc::from),
        extra: draft.extra().map(|extra| JsPayload::from_taken(&extra)),
    }
}

/// A complete event as users see it before it is stored: `{id, type, schemaVersion, data, metadata}`.
pub(crate) fn envelope_to_js(envelope: &Envelope<JsPayload>) -> JsValue {
    let object = js_sys::Object::new().into();
    set(&object, "id", &envelope.id.to_string().into());
    set(&object, "type", &envelope.event_type.as_str().into());
    set(&object, "schemaVersion", &envelope.schema_version.into());
    set(&object, "data", envelope.data.value());
    set(&object, "metadata", &metadata_to_js(&envelope.metadata));
    object
}

//! Events on their way in.
use std::cell::RefCell;
use std::sync::Arc;

use onefold::{Envelope, EventType, InvalidArgumentError, InvalidEventError, Metadata, NewEvent};
use onefold_js::records::metadata_to_js;
use onefold_js::{JsPayload, Taken};
use wasm_bindgen::prelude::*;

use crate::errors::set;

thread_local! {
    /// The events that were given and not taken yet.
    static GIVEN: RefCell<Vec<Result<NewEvent<JsPayload>, InvalidEventError>>> = const { RefCell::new(Vec::new()) };
}

#[wasm_bindgen]
extern "C" {
    /// Metadata on its way in, as `ts/event/draft.ts` makes it: its texts are whole.
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

/// Gives an event to the call that comes next: its data is checked and measured, its texts are whole. One call with all
/// that it has costs a fraction of asking for one member after the other.
#[wasm_bindgen(js_name = giveEvent)]
pub fn give_event(
    id: Option<String>,
    event_type: String,
    schema_version: Option<u32>,
    data: JsValue,
    bytes: f64,
    nesting: u32,
    metadata: Option<DraftMetadata>,
) {
    GIVEN.with_borrow_mut(|given| {
        let index = given.len();
        let invalid = |path: &'static str| {
            move |InvalidArgumentError { reason, .. }| InvalidEventError::new(index, path, reason)
        };
        let event = || {
            Ok(NewEvent {
                id: id.map(|id| id.parse()).transpose().map_err(invalid("id"))?,
                event_type: EventType::new(event_type).map_err(invalid("type"))?,
                schema_version,
                data: JsPayload::from_measured(data, bytes, nesting),
                metadata: metadata.map_or(Metadata::none(), |given| self::metadata(&given)),
            })
        };
        given.push(event());
    });
}

/// The events that were given.
pub(crate) fn given_events() -> Result<Vec<NewEvent<JsPayload>>, InvalidEventError> {
    GIVEN.take().into_iter().collect()
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

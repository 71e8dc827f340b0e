use onefold::StoredEvent;
use onefold_js::JsPayload;
use onefold_js::records::from_record;
use wasm_bindgen::{JsCast, JsValue};

/// The event that a record is; none where it is `undefined`. Ids in the database are UUIDs.
pub(crate) fn event_of(record: &JsValue) -> Option<StoredEvent<JsPayload>> {
    if record.is_undefined() {
        return None;
    }
    from_record(record.unchecked_ref()).ok()
}

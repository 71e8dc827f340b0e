use onefold::{Envelope, EventType};
use onefold_js::JsPayload;
use onefold_js::records::given_metadata;
use wasm_bindgen::JsValue;

use crate::dom::CommitBuilder;
use crate::ids::runs;

/// The events of an append, for the record of them.
pub(crate) fn commit(events: &[Envelope<JsPayload>]) -> CommitBuilder {
    let commit = CommitBuilder::new();
    for run in runs(events) {
        commit.add_run(&run.first.to_string(), run.length);
    }
    // Most events share their type with the one before: its text crosses once.
    let mut last: Option<(&EventType, JsValue)> = None;
    for event in events {
        let name = match last {
            Some((before, name)) if *before == event.event_type => name,
            _ => event.event_type.as_str().into(),
        };
        let metadata = given_metadata(&event.metadata);
        commit.add_event(&name, event.schema_version, event.data.value(), &metadata);
        last = Some((&event.event_type, name));
    }
    commit
}

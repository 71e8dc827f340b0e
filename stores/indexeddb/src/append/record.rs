use onefold::{Envelope, Metadata, StreamId, Timestamp};
use onefold_js::JsPayload;
use onefold_js::records::{metadata_to_js, micros, number};
use wasm_bindgen::JsValue;

use crate::dom::{CommitBuilder, StreamHead};
use crate::ids::Run;

/// The record of a commit after which its stream ends at `end`.
pub(super) fn record(
    stream_id: &StreamId,
    events: &[Envelope<JsPayload>],
    runs: &[Run],
    end: StreamHead,
    recorded_at: Timestamp,
) -> JsValue {
    let commit = CommitBuilder::new();
    for run in runs {
        commit.add_run(&run.first.to_string(), run.length);
    }
    for event in events {
        let metadata = if event.metadata == Metadata::none() {
            JsValue::UNDEFINED
        } else {
            metadata_to_js(&event.metadata)
        };
        commit.add_event(event.event_type.as_str(), event.schema_version, event.data.value(), &metadata);
    }
    commit.build(
        stream_id.as_str(),
        number(end.version.get()),
        number(end.position.get()),
        micros(recorded_at),
    )
}

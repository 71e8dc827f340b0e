use onefold::{Envelope, EventType, StreamId, Timestamp};
use onefold_js::JsPayload;
use onefold_js::records::{given_metadata, micros, number};
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
    commit.build(
        stream_id.as_str(),
        number(end.version.get()),
        number(end.position.get()),
        micros(recorded_at),
    )
}

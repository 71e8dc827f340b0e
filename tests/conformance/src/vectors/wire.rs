//! Events as vectors show them.

use onefold::{Json, Metadata, StoredEvent};
use serde_json::{Map, Value, json};

use super::values::parsed;
use crate::Failure;

pub(super) fn stored_event(event: &StoredEvent<Json>) -> Result<Value, Failure> {
    Ok(json!({
        "id": event.id.to_string(),
        "type": event.event_type.as_str(),
        "schema_version": event.schema_version,
        "data": parsed(event.data.as_str())?,
        "metadata": metadata(&event.metadata)?,
        "stream_id": event.stream_id.as_str(),
        "version": event.version.get(),
        "position": event.position.get(),
        "part": event.part,
        "recorded_at": event.recorded_at.to_string(),
    }))
}

pub(super) fn stored_events(events: &[StoredEvent<Json>]) -> Result<Value, Failure> {
    events.iter().map(stored_event).collect()
}

/// Only what is set.
fn metadata(metadata: &Metadata<Json>) -> Result<Value, Failure> {
    let mut members = Map::new();
    let references = [
        ("correlation_id", &metadata.correlation_id),
        ("causation_id", &metadata.causation_id),
        ("tenant", &metadata.tenant),
    ];
    for (field, reference) in references {
        if let Some(text) = reference {
            members.insert(field.to_owned(), json!(text.as_ref()));
        }
    }
    if let Some(extra) = &metadata.extra {
        members.insert("extra".to_owned(), parsed(extra.as_str())?);
    }
    Ok(set(members))
}

/// Metadata without members that say nothing.
pub(super) fn set(mut members: Map<String, Value>) -> Value {
    members.retain(|field, value| !(value.is_null() || field == "extra" && *value == json!({})));
    Value::Object(members)
}

//! The written form of envelopes: what is appended in any of its forms reads back as the one form.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::all_passed;
use super::args::new_event;
use super::compare::is_same;
use super::wire;
use crate::harness::fresh;
use crate::{Failure, Harness, check};
use onefold::{AppendOptions, ReadStream, Timestamp};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    name: String,
    kind: Kind,
    wire: Map<String, Value>,
    #[serde(default)]
    also: Vec<Map<String, Value>>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Envelope,
    StoredEvent,
}

/// The vectors of `envelope/accepted.json`.
///
/// # Errors
/// Every envelope that failed, and how.
pub async fn accepted<H: Harness>(harness: &H) -> Result<(), Failure> {
    let vectors: Vec<Accepted> =
        serde_json::from_str(include_str!("../../../vectors/envelope/accepted.json"))?;
    let mut failures = Vec::new();
    for vector in vectors {
        for form in std::iter::once(&vector.wire).chain(&vector.also) {
            if let Err(failure) = reads_as(harness, vector.kind, form, &vector.wire).await {
                failures.push(format!("`{}`: {failure}", vector.name));
            }
        }
    }
    all_passed(&failures)
}

async fn reads_as<H: Harness>(
    harness: &H,
    kind: Kind,
    form: &Map<String, Value>,
    expected: &Map<String, Value>,
) -> Result<(), Failure> {
    let mut envelope = form.clone();
    let places: Map<String, Value> =
        PLACES.iter().filter_map(|place| envelope.remove_entry(*place)).collect();
    if let Some(Value::Object(metadata)) = envelope.get("metadata").cloned() {
        envelope.insert("metadata".into(), wire::set(metadata));
    }
    let store = fresh(harness).await?;
    let event = new_event(0, &Value::Object(envelope))??;
    store.append("Order-1", vec![event], AppendOptions::default()).await?;
    let stored = store.read_stream("Order-1", ReadStream::default()).await?;
    let event = stored.first().ok_or_else(|| Failure::new("nothing was stored"))?;
    let Value::Object(mut written) = wire::stored_event(event)? else {
        return Err(Failure::new("an event is no object"));
    };
    // Where and when it was stored is the store's to say; only how it is written is compared.
    written.retain(|member, _| !PLACES.contains(&member.as_str()));
    if kind == Kind::StoredEvent {
        let at = places
            .get("recorded_at")
            .and_then(Value::as_str)
            .ok_or_else(|| Failure::new("no recorded_at"))?;
        written.insert("recorded_at".into(), json!(at.parse::<Timestamp>()?.to_string()));
    }
    let compared = expected.iter().filter(|(member, _)| {
        !PLACES.contains(&member.as_str()) || (kind == Kind::StoredEvent && *member == "recorded_at")
    });
    let expected: Value =
        compared.map(|(member, value)| (member.clone(), value.clone())).collect::<Map<_, _>>().into();
    let written = Value::Object(written);
    check(is_same(&expected, &written), || format!("expected {expected}, got {written}"))
}

const PLACES: [&str; 5] = ["stream_id", "version", "position", "part", "recorded_at"];

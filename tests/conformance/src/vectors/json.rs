//! Texts that are accepted as data, and texts that are refused.

use onefold::{AppendOptions, EventType, InvalidEventError, Json, NewEvent, ReadStream};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::compare::{Compare, is_same};
use super::refusal::Refusal;
use super::scenario::Need;
use super::symbols::Symbols;
use super::values::{parsed, text};
use super::{all_passed, wire};
use crate::harness::fresh;
use crate::{Failure, Harness, check};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    name: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    name: String,
    text: Value,
    error: Map<String, Value>,
    #[serde(default)]
    needs: Vec<Need>,
    #[expect(dead_code, reason = "said for people")]
    kind: String,
}

/// Texts of `json/accepted.json` are stored and come back equal.
///
/// # Errors
/// Every text that failed, and how.
pub async fn accepted<H: Harness>(harness: &H) -> Result<(), Failure> {
    let vectors: Vec<Accepted> = serde_json::from_str(include_str!("../../../vectors/json/accepted.json"))?;
    let mut failures = Vec::new();
    for Accepted { name, text } in vectors {
        if let Err(failure) = comes_back(harness, &text).await {
            failures.push(format!("`{name}`: {failure}"));
        }
    }
    all_passed(&failures)
}

/// Texts of `json/refused.json` are refused, with the path to what is wrong.
///
/// # Errors
/// Every text that failed, and how.
pub async fn refused<H: Harness>(harness: &H) -> Result<(), Failure> {
    let vectors: Vec<Refused> = serde_json::from_str(include_str!("../../../vectors/json/refused.json"))?;
    let mut failures = Vec::new();
    for vector in vectors.iter().filter(|vector| vector.needs.iter().all(|need| need.is_met(harness))) {
        if let Err(failure) = is_refused(harness, vector).await {
            failures.push(format!("`{}`: {failure}", vector.name));
        }
    }
    all_passed(&failures)
}

async fn comes_back<H: Harness>(harness: &H, text: &str) -> Result<(), Failure> {
    let store = fresh(harness).await?;
    let data = Json::parse(text)?;
    store.append("Json-1", vec![NewEvent::new(EventType::new("A")?, data)], AppendOptions::default()).await?;
    let events = store.read_stream("Json-1", ReadStream::default()).await?;
    let event = events.first().ok_or_else(|| Failure::new("nothing was stored"))?;
    check(is_same(&parsed(text)?, &parsed(event.data.as_str())?), || format!("came back as {}", event.data))
}

async fn is_refused<H: Harness>(harness: &H, vector: &Refused) -> Result<(), Failure> {
    let text = match &vector.text {
        Value::String(text) => text.clone(),
        form => text(form)?,
    };
    let store = fresh(harness).await?;
    let refusal = match Json::parse(&text) {
        Err(error) => Refusal::from(&InvalidEventError::in_json(0, "data", &error)),
        Ok(data) => {
            let event = NewEvent::new(EventType::new("A")?, data);
            match store.append("Json-1", vec![event], AppendOptions::default()).await {
                Err(error) => error.into(),
                Ok(_) => return Err(Failure::new("it was accepted")),
            }
        }
    };
    Compare { symbols: &mut Symbols::default(), by_append: false }.members(&vector.error, &refusal.0)?;
    let stored = store.read_stream("Json-1", ReadStream::default()).await?;
    check(stored.is_empty(), || format!("it was stored: {:?}", wire::stored_events(&stored)))
}

use onefold::{EventId, EventType, ExpectedVersion, InvalidEventError, Json, JsonError, Metadata, NewEvent};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::counter::{Command, Settings};
use super::values::{string, text};
use crate::Failure;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AppendArgs {
    pub(super) stream: Value,
    pub(super) events: Vec<Value>,
    #[serde(default)]
    pub(super) expected: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamArgs {
    pub(super) stream: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IdArgs {
    pub(super) id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadStreamArgs {
    pub(super) stream: Value,
    #[serde(default)]
    pub(super) from_version: Option<u64>,
    #[serde(default)]
    pub(super) limit: Option<usize>,
    #[serde(default)]
    pub(super) backwards: bool,
    #[serde(default)]
    pub(super) page_size: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadAllArgs {
    #[serde(default)]
    pub(super) after_position: Value,
    #[serde(default)]
    pub(super) limit: LimitSpec,
    #[serde(default)]
    pub(super) backwards: bool,
    #[serde(default)]
    pub(super) page_size: Option<usize>,
    #[serde(default)]
    pub(super) category: Option<String>,
    #[serde(default)]
    pub(super) types: Option<Vec<String>>,
    #[serde(default)]
    pub(super) tenant: Option<String>,
    #[serde(default)]
    pub(super) correlation_id: Option<String>,
    #[serde(default)]
    pub(super) recorded_from: Option<String>,
    #[serde(default)]
    pub(super) recorded_to: Option<String>,
}

/// A limit in a vector: absent is the usual one, `null` is none.
#[derive(Clone, Copy, Default)]
pub(super) enum LimitSpec {
    #[default]
    Usual,
    Given(Option<usize>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CursorArgs {
    pub(super) position: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WaitArgs {
    pub(super) milliseconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExecuteArgs {
    pub(super) id: String,
    pub(super) command: Command,
    #[serde(default)]
    pub(super) metadata: Map<String, Value>,
    #[serde(default)]
    pub(super) retries: Option<u32>,
    #[serde(default)]
    pub(super) decider: Settings,
    #[serde(default)]
    pub(super) interfere: Option<Interference>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Interference {
    pub(super) times: u32,
    pub(super) events: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LoadArgs {
    pub(super) id: String,
    #[serde(default)]
    pub(super) decider: Settings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventSpec {
    #[serde(rename = "type")]
    event_type: Value,
    data: Value,
    id: Option<String>,
    schema_version: Option<u32>,
    #[serde(default)]
    metadata: Map<String, Value>,
}

/// The event that a vector describes; an [`InvalidEventError`] where Rust's types refuse it already.
pub(super) fn new_event(
    index: usize,
    spec: &Value,
) -> Result<Result<NewEvent<Json>, InvalidEventError>, Failure> {
    let spec: EventSpec = serde_json::from_value(spec.clone())?;
    let event_type = match EventType::new(string(&spec.event_type)?) {
        Ok(event_type) => event_type,
        Err(error) => return Ok(Err(InvalidEventError::new(index, "type", error.reason))),
    };
    let data = match Json::parse(&text(&spec.data)?) {
        Ok(data) => data,
        Err(error) => return Ok(Err(InvalidEventError::in_json(index, "data", &error))),
    };
    let metadata = match metadata(&spec.metadata)? {
        Ok(metadata) => metadata,
        Err(error) => return Ok(Err(InvalidEventError::in_json(index, "metadata.extra", &error))),
    };
    let id = match spec.id.map(|id| id.parse::<EventId>()).transpose() {
        Ok(id) => id,
        Err(error) => return Ok(Err(InvalidEventError::new(index, "id", error.reason))),
    };
    Ok(Ok(NewEvent { id, event_type, schema_version: spec.schema_version, data, metadata }))
}

pub(super) fn metadata(spec: &Map<String, Value>) -> Result<Result<Metadata<Json>, JsonError>, Failure> {
    let mut metadata = Metadata::none();
    for (field, value) in spec {
        match field.as_str() {
            "correlation_id" => metadata = metadata.with_correlation_id(string(value)?),
            "causation_id" => metadata = metadata.with_causation_id(string(value)?),
            "tenant" => metadata = metadata.with_tenant(string(value)?),
            "extra" => match Json::parse(&text(value)?) {
                Ok(extra) => metadata = metadata.with_extra(extra),
                Err(error) => return Ok(Err(error)),
            },
            other => return Err(Failure::new(format!("metadata has no `{other}`"))),
        }
    }
    Ok(Ok(metadata))
}

pub(super) fn expected_version(spec: &Value) -> Result<ExpectedVersion, Failure> {
    match spec {
        Value::Null => Ok(ExpectedVersion::Any),
        Value::String(name) => match name.as_str() {
            "any" => Ok(ExpectedVersion::Any),
            "no_stream" => Ok(ExpectedVersion::NoStream),
            "stream_exists" => Ok(ExpectedVersion::StreamExists),
            other => Err(Failure::new(format!("`{other}` is no expected version"))),
        },
        number => {
            let number = number.as_u64().ok_or_else(|| Failure::new(format!("{number} is no version")))?;
            Ok(ExpectedVersion::from(number))
        }
    }
}

impl LimitSpec {
    /// The limit, where absence stands for `usual`.
    pub(super) const fn or(self, usual: Option<usize>) -> Option<usize> {
        match self {
            Self::Usual => usual,
            Self::Given(limit) => limit,
        }
    }
}

impl<'de> Deserialize<'de> for LimitSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Given)
    }
}

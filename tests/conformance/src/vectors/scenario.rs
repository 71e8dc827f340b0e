use std::sync::Arc;

use onefold::{Json, Limits, RegistryBuilder, RegistrySpec, StoreOptions};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::args::AppendArgs;
use crate::{Failure, Harness, check};

/// What a scenario says, step by step.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    pub(super) name: String,
    contract: Vec<String>,
    #[serde(default)]
    needs: Vec<Need>,
    #[serde(default)]
    pub(super) options: OptionsSpec,
    #[serde(default)]
    pub(super) stored: Vec<AppendArgs>,
    pub(super) steps: Vec<Value>,
}

/// What a runner must be able to do.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Need {
    DynamicArguments,
    Integers,
    NaiveTimes,
    Text,
    Durable,
}

/// How the store is opened.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OptionsSpec {
    registry: Option<RegistrySpec>,
    limits: LimitsSpec,
    snapshot_every: Option<std::num::NonZeroU64>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LimitsSpec {
    data_bytes: Option<usize>,
    metadata_bytes: Option<usize>,
    nesting: Option<usize>,
    events: Option<usize>,
}

/// One operation and what is expected of it.
pub(super) struct Step {
    pub(super) operation: String,
    pub(super) arguments: Value,
    pub(super) returns: Option<Value>,
    pub(super) error: Option<Map<String, Value>>,
    pub(super) decided: Option<u64>,
}

impl Scenario {
    /// Whether this runner can run it over the harness: Rust's types leave no room for arguments of a wrong kind.
    pub(super) fn is_for<H: Harness>(&self, harness: &H) -> Result<bool, Failure> {
        check(!self.contract.is_empty(), || "it names no rule of the contract".into())?;
        Ok(self.needs.iter().all(|need| need.is_met(harness)))
    }
}

impl Need {
    pub(super) fn is_met<H: Harness>(self, harness: &H) -> bool {
        match self {
            Self::DynamicArguments | Self::NaiveTimes => false,
            Self::Integers | Self::Text => true,
            Self::Durable => harness.is_durable(),
        }
    }
}

impl OptionsSpec {
    pub(super) fn store_options(&self) -> Result<StoreOptions<Json>, Failure> {
        let events = match &self.registry {
            Some(spec) => Some(Arc::new(RegistryBuilder::from_spec(spec.clone()).build()?)),
            None => None,
        };
        let default = Limits::default();
        let limits = Limits {
            data_bytes: self.limits.data_bytes.unwrap_or(default.data_bytes),
            metadata_bytes: self.limits.metadata_bytes.unwrap_or(default.metadata_bytes),
            nesting: self.limits.nesting.unwrap_or(default.nesting),
            events: self.limits.events.unwrap_or(default.events),
            ..default
        };
        Ok(StoreOptions { events, limits, snapshot_every: self.snapshot_every, ..StoreOptions::default() })
    }
}

impl Step {
    pub(super) fn parse(step: Value) -> Result<Self, Failure> {
        let Value::Object(mut members) = step else {
            return Err(Failure::new("a step is no object"));
        };
        let returns = members.remove("returns");
        let error = members.remove("error").map(serde_json::from_value).transpose()?;
        let decided = members.remove("decided").map(serde_json::from_value).transpose()?;
        // In Rust values are handed over, not shared: there is nothing to change afterwards.
        members.remove("mutate");
        check(members.len() == 1, || format!("a step needs one operation, it has {}", members.len()))?;
        check(returns.is_none() || error.is_none(), || "a step both returns and fails".into())?;
        let (operation, arguments) =
            members.into_iter().next().ok_or_else(|| Failure::new("no operation"))?;
        Ok(Self { operation, arguments, returns, error, decided })
    }
}

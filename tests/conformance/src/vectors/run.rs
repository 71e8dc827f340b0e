use onefold::{Json, Store, StoreOptions};
use serde_json::{Map, Value};

use super::compare::Compare;
use super::refusal::Refusal;
use super::scenario::{OptionsSpec, Scenario, Step};
use super::symbols::Symbols;
use crate::harness::open;
use crate::{Failure, Harness, Shared, check, equal};

/// Runs a scenario on a fresh store, if this runner can.
pub(super) async fn run<H: Harness>(harness: &H, scenario: Scenario) -> Result<(), Failure> {
    if !scenario.is_for(harness)? {
        return Ok(());
    }
    let backend = Shared::new(harness.create().await?);
    let mut plain = Run::new(harness, open(&backend, StoreOptions::default())?);
    for append in scenario.stored {
        plain.append(append).await?.map_err(|refusal| unexpected(&refusal))?;
    }
    drop(plain);
    let mut run = Run::new(harness, open(&backend, scenario.options.store_options()?)?);
    // Nobody else may hold it when the store is restarted.
    drop(backend);
    let mut options = scenario.options;
    for (number, step) in (1..).zip(scenario.steps) {
        let step = Step::parse(step)?;
        let place = format!("step {number} ({})", step.operation);
        if step.operation == "reopen" {
            run =
                run.reopened(step.arguments, &mut options).await.map_err(|failure| failure.within(place))?;
        } else {
            run.step(step).await.map_err(|failure| failure.within(place))?;
        }
    }
    Ok(())
}

/// A scenario under way.
pub(super) struct Run<'h, H: Harness> {
    pub(super) harness: &'h H,
    pub(super) store: Store<Shared<H::Backend>>,
    pub(super) symbols: Symbols,
    /// How often the decider of the last command decided.
    pub(super) decided: u32,
}

impl<'h, H: Harness> Run<'h, H> {
    fn new(harness: &'h H, store: Store<Shared<H::Backend>>) -> Self {
        Self { harness, store, symbols: Symbols::default(), decided: 0 }
    }

    async fn step(&mut self, step: Step) -> Result<(), Failure> {
        let is_append = step.operation == "append";
        let head = self.store.head().await?;
        let backwards = step.arguments.get("backwards") == Some(&Value::Bool(true));
        let outcome = self.perform(&step.operation, step.arguments).await?;
        match (step.error, outcome) {
            (Some(expected), Err(refusal)) => {
                Compare { symbols: &mut self.symbols, by_append: false }.members(&expected, &refusal.0)?;
                if is_append {
                    equal("the head after a refused append", self.store.head().await?, head)?;
                }
            }
            (Some(expected), Ok(value)) => return Err(not_refused(&expected, &value)),
            (None, Err(refusal)) => return Err(unexpected(&refusal)),
            (None, Ok(value)) => {
                in_order(&step.operation, backwards, &value)?;
                if let Some(expected) = step.returns {
                    self.returned(&step.operation, &expected, &value)?;
                }
            }
        }
        match step.decided {
            Some(times) => equal("how often it decided", u64::from(self.decided), times),
            None => Ok(()),
        }
    }

    fn returned(&mut self, operation: &str, expected: &Value, actual: &Value) -> Result<(), Failure> {
        match (operation, expected, actual) {
            ("head", expected, actual) => {
                self.symbols.position(expected, actual.as_u64().unwrap_or(0), false)
            }
            ("cursor", Value::String(name), Value::String(actual)) => self.symbols.text(name, actual),
            ("cursor", Value::Object(members), Value::String(actual)) => {
                let template = members.get("$text").ok_or_else(|| Failure::new("no `$text`"))?;
                let expected = self.symbols.filled_in(template, &self.store.epoch().to_string())?;
                equal("cursor", actual.as_str(), expected.as_str())
            }
            _ => {
                let by_append = matches!(operation, "append" | "execute");
                Compare { symbols: &mut self.symbols, by_append }.value(expected, actual)
            }
        }
    }

    /// The same data again: after a restart where the data outlive the store, and with other options if named.
    async fn reopened(self, changes: Value, options: &mut OptionsSpec) -> Result<Self, Failure> {
        if changes != Value::Object(Map::new()) {
            *options = serde_json::from_value(changes)?;
        }
        let mut backend = self.store.backend().clone();
        drop(self.store);
        if self.harness.is_durable() {
            let held = backend.into_inner().ok_or_else(|| Failure::new("the backend is still in use"))?;
            backend = Shared::new(self.harness.restart(held).await?);
        }
        let store_options: StoreOptions<Json> = options.store_options()?;
        let store = open(&backend, store_options)?;
        Ok(Self { harness: self.harness, store, symbols: self.symbols, decided: 0 })
    }
}

/// What every list must hold, whatever a scenario says of it.
fn in_order(operation: &str, backwards: bool, result: &Value) -> Result<(), Failure> {
    let (Value::Array(events), Some(member)) = (result, ordered_by(operation)) else {
        return Ok(());
    };
    let places: Vec<_> = events
        .iter()
        .filter_map(|event| Some((event.get(member)?.as_u64()?, event.get("part")?.as_u64()?)))
        .collect();
    let in_order =
        places.is_sorted_by(
            |(one, part), (next, next_part)| {
                if one == next { part != next_part } else { (one < next) != backwards }
            },
        );
    check(in_order && places.len() == events.len(), || {
        format!("by {member} and part, the order is {places:?}")
    })
}

fn ordered_by(operation: &str) -> Option<&'static str> {
    match operation {
        "read_stream" | "iter_stream" => Some("version"),
        "read_all" | "iter_all" => Some("position"),
        _ => None,
    }
}

fn not_refused(expected: &Map<String, Value>, value: &Value) -> Failure {
    Failure::new(format!("expected the error {}, got {value}", Value::Object(expected.clone())))
}

pub(super) fn unexpected(refusal: &Refusal) -> Failure {
    Failure::new(format!("unexpected error {}", Value::Object(refusal.0.clone())))
}

//! The vectors of `tests/vectors`, whose README defines their format: scenarios and their interpreter.

mod args;
mod compare;
mod counter;
pub mod envelope;
mod operations;
mod refusal;
mod run;
mod scenario;
mod symbols;
mod values;
mod wire;

pub mod errors;
pub mod json;
pub mod registry;

pub use counter::{Command, Counter, CounterError, Total};

use crate::{Failure, Harness};

macro_rules! families {
    ($(#[$doc:meta])* $folder:ident: $($file:ident),* $(,)?) => {
        $(#[$doc])*
        pub mod $folder {
            use crate::{Failure, Harness};

            $(
                #[doc = concat!("The scenarios of `", stringify!($folder), "/", stringify!($file), ".json`.")]
                ///
                /// # Errors
                /// Every scenario that failed, and where.
                pub async fn $file<H: Harness>(harness: &H) -> Result<(), Failure> {
                    let text = include_str!(concat!(
                        "../../../vectors/", stringify!($folder), "/", stringify!($file), ".json"
                    ));
                    super::run_scenarios(harness, text).await
                }
            )*
        }
    };
}

families! {
    /// The store contract.
    store: append, expected_version, idempotency, limits, json_values, read_stream, read_all, cursors, isolation
}

families! {
    /// Registries at work on stored events.
    upcast: declared_steps, splits, unknown_and_newer
}

families! {
    /// Deciding with the standard decider.
    execute: counter, snapshots
}

/// Runs every scenario of a file, even after one failed.
async fn run_scenarios<H: Harness>(harness: &H, text: &str) -> Result<(), Failure> {
    let scenarios: Vec<scenario::Scenario> = serde_json::from_str(text)?;
    let mut failures = Vec::new();
    for scenario in scenarios {
        let name = scenario.name.clone();
        if let Err(failure) = run::run(harness, scenario).await {
            failures.push(format!("`{name}`, {failure}"));
        }
    }
    all_passed(&failures)
}

/// Fails with the list of failures, if there are any.
fn all_passed(failures: &[String]) -> Result<(), Failure> {
    crate::check(failures.is_empty(), || failures.join("\n"))
}

use std::sync::atomic::{AtomicU32, Ordering};

use onefold::{
    Aggregate, ConflictError, EventType, ExpectedVersion, Json, NewEvent, StoredEvent, StreamId, Version,
};
use serde::{Deserialize, Serialize};

use crate::Failure;

/// The standard decider of the vectors, as their README defines it.
pub struct Counter<'i> {
    settings: Settings,
    decided: AtomicU32,
    /// What another writer does while this one decides; told how often it decided before.
    interfere: Box<dyn Fn(u32) -> Result<(), Failure> + Send + Sync + 'i>,
}

/// A command to a [`Counter`].
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum Command {
    /// Add a number, which must be positive.
    Add {
        /// The number.
        by: i64,
    },
    /// Add several numbers, an event each.
    AddAll {
        /// The numbers.
        by: Vec<i64>,
    },
    /// End it.
    Close,
    /// Fail with a conflict that is not the store's.
    Raise {
        /// The version that the conflict tells.
        actual: u64,
    },
}

/// The state of a [`Counter`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// The sum.
    pub total: i64,
    /// Whether it has ended.
    pub closed: bool,
}

/// Why a [`Counter`] gave no events.
#[derive(Debug)]
pub enum CounterError {
    /// The rejection: a number below 1.
    NotPositive(i64),
    /// What [`Command::Raise`] asks for.
    Conflict(ConflictError),
    /// Something is wrong with an event or with the test itself.
    Broken(String),
}

/// How a [`Counter`] differs from the standard.
#[derive(Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    state_version: u32,
    weight: i64,
}

#[derive(Deserialize)]
struct Added {
    by: i64,
}

impl Counter<'static> {
    /// The standard decider, undisturbed.
    pub fn new() -> Self {
        Counter::with(Settings::default(), |_| Ok(()))
    }
}

impl<'i> Counter<'i> {
    pub(super) fn with(
        settings: Settings,
        interfere: impl Fn(u32) -> Result<(), Failure> + Send + Sync + 'i,
    ) -> Self {
        Self { settings, decided: AtomicU32::new(0), interfere: Box::new(interfere) }
    }

    /// How often it decided.
    pub fn decided(&self) -> u32 {
        self.decided.load(Ordering::Relaxed)
    }
}

impl Aggregate<Vec<StoredEvent<Json>>> for Counter<'_> {
    type Command = Command;
    type State = Total;
    type Error = CounterError;

    fn category(&self) -> &'static str {
        "Counter"
    }

    fn name(&self) -> &'static str {
        "Counter"
    }

    fn state_version(&self) -> u32 {
        self.settings.state_version
    }

    fn identity(&self) -> u64 {
        1
    }

    fn initial(&self) -> Result<Total, CounterError> {
        Ok(Total::default())
    }

    fn fold(&self, state: Total, events: Vec<StoredEvent<Json>>) -> Result<Total, CounterError> {
        events.into_iter().try_fold(state, |state, event| match event.event_type.as_str() {
            "Added" => {
                let Added { by } =
                    event.data.to().map_err(|error| CounterError::Broken(error.to_string()))?;
                Ok(Total { total: state.total + by * self.settings.weight, ..state })
            }
            "Closed" => Ok(Total { closed: true, ..state }),
            _ => Ok(state),
        })
    }

    fn decide(&self, command: &Command, _: &Total) -> Result<Vec<NewEvent<Json>>, CounterError> {
        let before = self.decided.fetch_add(1, Ordering::Relaxed);
        (self.interfere)(before).map_err(|failure| CounterError::Broken(failure.to_string()))?;
        match command {
            Command::Add { by } if *by <= 0 => Err(CounterError::NotPositive(*by)),
            Command::Add { by } => Ok(vec![added(*by)?]),
            Command::AddAll { by } => by.iter().map(|by| added(*by)).collect(),
            Command::Close => Ok(vec![event("Closed", "{}")?]),
            Command::Raise { actual } => Err(CounterError::Conflict(ConflictError {
                stream_id: StreamId::from_stored("Other-1"),
                expected: ExpectedVersion::Exact(Version::ZERO),
                actual: Version::new(*actual),
            })),
        }
    }

    fn is_terminal(&self, state: &Total) -> Result<bool, CounterError> {
        Ok(state.closed)
    }

    fn encode_state(&self, state: &Total) -> Result<Json, String> {
        Json::of(state).map_err(|error| error.to_string())
    }

    fn decode_state(&self, state: &Json) -> Result<Total, String> {
        state.to().map_err(|error| error.to_string())
    }
}

impl Default for Counter<'static> {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self { state_version: 1, weight: 1 }
    }
}

impl std::fmt::Display for CounterError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotPositive(by) => write!(f, "{by} is not positive"),
            Self::Conflict(error) => std::fmt::Display::fmt(error, f),
            Self::Broken(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for CounterError {}

fn added(by: i64) -> Result<NewEvent<Json>, CounterError> {
    event("Added", &format!("{{\"by\":{by}}}"))
}

fn event(event_type: &str, data: &str) -> Result<NewEvent<Json>, CounterError> {
    let broken = |error: &dyn std::error::Error| CounterError::Broken(error.to_string());
    let event_type = EventType::new(event_type).map_err(|error| broken(&error))?;
    Ok(NewEvent::new(event_type, Json::parse(data).map_err(|error| broken(&error))?))
}

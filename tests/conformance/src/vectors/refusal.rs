use onefold::{
    AppendError, ConflictError, ExecuteError, ExpectedVersion, InvalidArgumentError, InvalidEventError,
    LimitExceededError, LoadError, ReadError,
};
use serde_json::{Map, Value, json};

use super::counter::CounterError;

/// An error as vectors show it: its code and its attributes.
pub(super) struct Refusal(pub(super) Map<String, Value>);

impl Refusal {
    fn new(code: &str, attributes: &[(&str, Value)]) -> Self {
        let code = ("code", json!(code));
        let members = std::iter::once(&code).chain(attributes);
        Self(members.map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }
}

impl From<AppendError> for Refusal {
    fn from(error: AppendError) -> Self {
        match &error {
            AppendError::Conflict(error) => error.into(),
            AppendError::DuplicateEvent(duplicate) => {
                let ids: Vec<_> = duplicate.ids.iter().map(ToString::to_string).collect();
                Self::new(error.code(), &[("ids", json!(ids))])
            }
            AppendError::InvalidEvent(error) => error.into(),
            AppendError::InvalidArgument(error) => error.into(),
            AppendError::LimitExceeded(error) => error.into(),
            other => Self::new(other.code(), &[("message", json!(other.to_string()))]),
        }
    }
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        match &error {
            ReadError::InvalidArgument(error) => error.into(),
            ReadError::LimitExceeded(error) => error.into(),
            other => Self::new(other.code(), &[("message", json!(other.to_string()))]),
        }
    }
}

impl From<ExecuteError<CounterError>> for Refusal {
    fn from(error: ExecuteError<CounterError>) -> Self {
        match error {
            ExecuteError::InvalidArgument(error) => (&error).into(),
            ExecuteError::Read(error) => error.into(),
            ExecuteError::Append(error) => error.into(),
            ExecuteError::Decider(error) => error.into(),
            other => Self::new(other.code(), &[("message", json!(other.to_string()))]),
        }
    }
}

impl From<LoadError<CounterError>> for Refusal {
    fn from(error: LoadError<CounterError>) -> Self {
        ExecuteError::from(error).into()
    }
}

impl From<CounterError> for Refusal {
    fn from(error: CounterError) -> Self {
        match error {
            CounterError::NotPositive(by) => Self(
                [("rejection".to_owned(), json!("NotPositive")), ("by".to_owned(), json!(by))]
                    .into_iter()
                    .collect(),
            ),
            CounterError::Conflict(error) => (&error).into(),
            CounterError::Broken(reason) => Self::new("decider", &[("message", json!(reason))]),
        }
    }
}

impl From<&ConflictError> for Refusal {
    fn from(error: &ConflictError) -> Self {
        let expected = match error.expected {
            ExpectedVersion::Any => json!("any"),
            ExpectedVersion::NoStream => json!("no_stream"),
            ExpectedVersion::StreamExists => json!("stream_exists"),
            ExpectedVersion::Exact(version) => json!(version.get()),
        };
        let attributes = [
            ("stream_id", json!(error.stream_id.as_str())),
            ("expected", expected),
            ("actual", json!(error.actual.get())),
        ];
        Self::new(ConflictError::CODE, &attributes)
    }
}

impl From<&InvalidEventError> for Refusal {
    fn from(error: &InvalidEventError) -> Self {
        Self::new(InvalidEventError::CODE, &[("path", json!(error.path)), ("message", json!(error.reason))])
    }
}

impl From<&InvalidArgumentError> for Refusal {
    fn from(error: &InvalidArgumentError) -> Self {
        Self::new(InvalidArgumentError::CODE, &[("argument", json!(error.argument))])
    }
}

impl From<&LimitExceededError> for Refusal {
    fn from(error: &LimitExceededError) -> Self {
        Self::new(LimitExceededError::CODE, &[("field", json!(error.field)), ("limit", json!(error.limit))])
    }
}

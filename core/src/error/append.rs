use std::error::Error;

use crate::error::{
    ClosedError, ConflictError, DuplicateEventError, InvalidArgumentError, InvalidEventError,
    LimitExceededError, StoreError, UnknownEventError,
};

/// Why an append wrote nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// The stream is at another version than expected.
    #[error(transparent)]
    Conflict(#[from] ConflictError),
    /// Ids that the store knows already, in a way that is no plain retry.
    #[error(transparent)]
    DuplicateEvent(#[from] DuplicateEventError),
    /// An event that cannot be stored as it is.
    #[error(transparent)]
    InvalidEvent(#[from] InvalidEventError),
    /// An argument out of its range.
    #[error(transparent)]
    InvalidArgument(#[from] InvalidArgumentError),
    /// More than the limits allow.
    #[error(transparent)]
    LimitExceeded(#[from] LimitExceededError),
    /// A type that the registry does not know.
    #[error(transparent)]
    UnknownEvent(#[from] UnknownEventError),
    /// The store was closed.
    #[error(transparent)]
    Closed(#[from] ClosedError),
    /// An enricher failed.
    #[error("an enricher failed: {0}")]
    Enricher(#[source] Box<dyn Error + Send + Sync>),
    /// The store failed at its own work.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AppendError {
    /// The stable code, the same in every language.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Conflict(_) => ConflictError::CODE,
            Self::DuplicateEvent(_) => DuplicateEventError::CODE,
            Self::InvalidEvent(_) => InvalidEventError::CODE,
            Self::InvalidArgument(_) => InvalidArgumentError::CODE,
            Self::LimitExceeded(_) => LimitExceededError::CODE,
            Self::UnknownEvent(_) => UnknownEventError::CODE,
            Self::Closed(_) => ClosedError::CODE,
            Self::Enricher(_) => "enricher",
            Self::Store(error) => error.code(),
        }
    }
}

/// Why a backend wrote nothing: what is left to go wrong once the events are checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The stream is at another version than expected.
    #[error(transparent)]
    Conflict(#[from] ConflictError),
    /// Ids that the store knows already, in a way that is no plain retry.
    #[error(transparent)]
    DuplicateEvent(#[from] DuplicateEventError),
    /// The store failed at its own work.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<WriteError> for AppendError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Conflict(error) => Self::Conflict(error),
            WriteError::DuplicateEvent(error) => Self::DuplicateEvent(error),
            WriteError::Store(error) => Self::Store(error),
        }
    }
}

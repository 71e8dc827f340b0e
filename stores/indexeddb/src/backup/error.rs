use onefold::{InvalidArgumentError, InvalidEventError, StoreError};

/// Why a backup was not imported. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A line that is not as it must be.
    #[error(transparent)]
    InvalidEvent(#[from] InvalidEventError),
    /// What was given is no backup, or not all of one; or the store is not empty.
    #[error(transparent)]
    InvalidArgument(#[from] InvalidArgumentError),
    /// The store failed at its own work.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ImportError {
    /// The stable code, the same in every language.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidEvent(_) => InvalidEventError::CODE,
            Self::InvalidArgument(_) => InvalidArgumentError::CODE,
            Self::Store(error) => error.code(),
        }
    }
}

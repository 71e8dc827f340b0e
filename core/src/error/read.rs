use crate::error::{
    ClosedError, CursorError, InvalidArgumentError, LimitExceededError, StoreError, UnknownEventError,
    UpcastError,
};

/// Why a read gave nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// An argument out of its range.
    #[error(transparent)]
    InvalidArgument(#[from] InvalidArgumentError),
    /// A stream id longer than the limits allow.
    #[error(transparent)]
    LimitExceeded(#[from] LimitExceededError),
    /// A cursor that is malformed, of another store, or ahead of this one.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// A stored event that cannot be brought to its current schema version.
    #[error(transparent)]
    Upcast(#[from] UpcastError),
    /// A stored type that the registry does not know.
    #[error(transparent)]
    UnknownEvent(#[from] UnknownEventError),
    /// The store was closed.
    #[error(transparent)]
    Closed(#[from] ClosedError),
    /// The store failed at its own work.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReadError {
    /// The stable code, the same in every language.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidArgument(_) => InvalidArgumentError::CODE,
            Self::LimitExceeded(_) => LimitExceededError::CODE,
            Self::Cursor(_) => CursorError::CODE,
            Self::Upcast(_) => UpcastError::CODE,
            Self::UnknownEvent(_) => UnknownEventError::CODE,
            Self::Closed(_) => ClosedError::CODE,
            Self::Store(error) => error.code(),
        }
    }
}

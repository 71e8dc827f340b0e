use crate::error::{InvalidArgumentError, StoreError};

/// Why a store was not opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// An option out of its range.
    #[error(transparent)]
    InvalidArgument(#[from] InvalidArgumentError),
    /// The file or database cannot be reached, or is not as it must be.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OpenError {
    /// The stable code, the same in every language.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidArgument(_) => InvalidArgumentError::CODE,
            Self::Store(error) => error.code(),
        }
    }
}

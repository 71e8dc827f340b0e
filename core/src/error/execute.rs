use crate::error::{AppendError, InvalidArgumentError, ReadError, TerminatedError};

/// Why a load gave no state. `E` is the decider's own error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError<E> {
    /// The decider could not be run as it is.
    #[error(transparent)]
    InvalidArgument(#[from] InvalidArgumentError),
    /// The stream could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The decider's own error.
    #[error("{0}")]
    Decider(E),
}

impl<E> LoadError<E> {
    /// The stable code, the same in every language; a decider's own error has none of ours: `decider`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidArgument(_) => InvalidArgumentError::CODE,
            Self::Read(error) => error.code(),
            Self::Decider(_) => "decider",
        }
    }
}

/// Why a command wrote nothing. `E` is the decider's own error: its rejection.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecuteError<E> {
    /// The decider could not be run as it is.
    #[error(transparent)]
    InvalidArgument(#[from] InvalidArgumentError),
    /// The stream has ended.
    #[error(transparent)]
    Terminated(#[from] TerminatedError),
    /// The stream could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What was decided could not be appended; a conflict, once the retries are used up.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The decider's own error, such as the rejection of the command.
    #[error("{0}")]
    Decider(E),
}

impl<E> ExecuteError<E> {
    /// The stable code, the same in every language; a decider's own error has none of ours: `decider`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidArgument(_) => InvalidArgumentError::CODE,
            Self::Terminated(_) => TerminatedError::CODE,
            Self::Read(error) => error.code(),
            Self::Append(error) => error.code(),
            Self::Decider(_) => "decider",
        }
    }
}

impl<E> From<LoadError<E>> for ExecuteError<E> {
    fn from(error: LoadError<E>) -> Self {
        match error {
            LoadError::InvalidArgument(error) => Self::InvalidArgument(error),
            LoadError::Read(error) => Self::Read(error),
            LoadError::Decider(error) => Self::Decider(error),
        }
    }
}

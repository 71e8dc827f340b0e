//! What can go wrong: one enum per operation, over leaves that bear the same names and codes in every language.

mod append;
mod execute;
mod leaf;
mod open;
mod read;
mod store;

pub use append::{AppendError, WriteError};
pub use execute::{ExecuteError, LoadError};
pub use leaf::{
    ClosedError, ConflictError, CursorError, DuplicateEventError, InvalidArgumentError, InvalidEventError,
    LimitExceededError, TerminatedError, UnknownEventError, UpcastError,
};
pub use open::OpenError;
pub use read::ReadError;
pub use store::{StoreError, StoreErrorKind};

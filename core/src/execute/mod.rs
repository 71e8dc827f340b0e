//! Deciding in a store: load a state, decide on a command, append what was decided.

mod aggregate;
mod command;
mod load;
mod retry;
mod snapshots;
mod tagged;
mod typed;

pub use aggregate::Aggregate;
pub use command::{ExecuteOptions, Executed};
pub use load::Loaded;
pub use tagged::CodecError;
pub use typed::{DeciderError, StreamDecider};

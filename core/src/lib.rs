//! Event sourcing with one fold everywhere: `state = fold(initial, events)`.
//!
//! Every change is kept as an immutable event; state is folded from events. A [`Decider`] holds the rules as
//! pure functions. A [`Store`] puts checks, ids, optimistic concurrency, idempotent appends, upcasting,
//! snapshots and command execution over any backend that implements [`EventStore`].
//!
//! What this crate does not do: it reads no file and opens no connection (backends do), and it has no runtime;
//! clock, randomness and pauses come from a [`Host`]. Its futures run under any executor.
//!
//! Begin at [`StreamDecider`] for an example.

pub mod backend;
pub mod decider;
pub mod envelope;
pub mod error;
pub mod execute;
pub mod host;
mod limits;
mod marker;
pub mod payload;
pub mod store;
pub mod upcast;

pub use backend::*;
pub use decider::{Both, Decider, Either, Many, MapCommand, MapEvent, MapRejection, MapState, testing};
pub use envelope::*;
pub use error::*;
pub use execute::*;
pub use host::*;
pub use limits::Limits;
pub use marker::{MaybeSend, MaybeSync};
pub use payload::*;
pub use store::*;
pub use upcast::*;

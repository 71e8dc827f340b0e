//! The PostgreSQL store of onefold: many processes on one log in which no reader ever skips an event.
//!
//! What it does not do: it deletes no events, triggers refuse both updates and deletions; and it does not read from
//! replicas, which do not know what writers on the primary hold back.
//!
//! An append is one statement in a transaction of its own, durable by the server's `synchronous_commit`. Concurrent
//! appends of one store are written together, each with its own check and outcome. A reader waits for nobody: it
//! reads up to the first position that a running append may still fill. `docs/postgres.md` says how, what it costs,
//! and what to watch.
//!
//! Begin at [`open`].

mod address;
mod append;
mod backoff;
mod connect;
mod error;
mod filter;
mod host;
mod notify;
mod open;
mod options;
mod pool;
mod read;
mod rows;
mod schema;
mod server;
mod session;
mod snapshots;
mod stats;
mod store;
mod text;
mod tls;

pub use host::TokioHost;
pub use onefold::OpenError;
pub use open::{open, open_with};
pub use options::PostgresOptions;
pub use schema::SchemaName;
pub use stats::PostgresStats;
pub use store::PostgresStore;

/// What [`PostgresOptions::tls`] is made with.
pub use rustls;

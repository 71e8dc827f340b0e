//! The object stores of a database, and which version of them it has.

mod v1;
mod version;

pub(crate) use v1::{COMMITS, META, RUNS, SNAPSHOTS, STREAMS, TAGS};
pub(crate) use version::SchemaVersion;

/// The key of the epoch in [`META`].
pub(crate) const EPOCH: &str = "epoch";

//! IndexedDB itself, in JavaScript (`js/`): its events, its connections and what is read are values of that language,
//! and each step here would cross its border. What is decided is in Rust.
//!
//! `indexed_db_futures` would await requests as well, but it loses what aborted a transaction (a full disk, say), hands
//! arrays over one element at a time, and weighs more than all of this.

mod commits;
mod database;
mod fault;
mod read;
mod snapshots;
mod writer;

pub(crate) use commits::CommitBuilder;
pub(crate) use database::{Database, open_store};
pub(crate) use fault::Fault;
pub(crate) use read::{find_event, read_all, read_head, read_stream, read_version};
pub(crate) use snapshots::{KeptSnapshot, load_snapshot, save_snapshot};
pub(crate) use writer::Writer;

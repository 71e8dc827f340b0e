//! IndexedDB as futures: web-sys for calls, a little JavaScript for events.
//!
//! `indexed_db_futures` would do most of this, but it loses what aborted a transaction (a full disk, say), hands
//! arrays over one element at a time, and brings an async runtime's channels along.

mod backup;
mod commits;
mod fault;
mod requests;
mod snapshots;

pub(crate) use backup::{Line, event_lines, footer, header};
pub(crate) use commits::{Collector, CommitBuilder, record_in};
pub(crate) use fault::Fault;
pub(crate) use requests::{
    StreamHead, begin, commit, covering, look_up, open, positions_tagged, run_start, settled, store_head,
    stream_head,
};
pub(crate) use snapshots::KeptSnapshot;

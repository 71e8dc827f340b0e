//! The SQLite store of onefold: events in one file, embedded, with nothing to set up.
//!
//! What it does not do: it runs no server and is for local disks, not for network shares, whose locks SQLite
//! cannot rely on. It makes no backups and deletes no events: triggers refuse both updates and deletions.
//!
//! Any number of threads and processes may open one file at once. One of them writes at a time, the others wait
//! for up to [`SqliteOptions::busy_timeout`]; readers wait for nobody, and see every event in the order of its
//! position. An append that succeeded is on the disk ([`Durability`]).
//!
//! Two things to know:
//! - A store does not survive `fork`: in the child its use is an error, and so is another one on the same file,
//!   until the child has closed what it inherited. Better fork first and open then, or `spawn`.
//! - Another copy of SQLite in the process does not see POSIX locks of this one, and drops them when it closes the
//!   file. On Linux (x86-64, ARM64) SQLite's locks are therefore replaced, in all of the process, by such as belong
//!   to the open file; open the first store while no transaction of a `rusqlite` of your own is running. On other
//!   Unix systems the store looks before and after each write, and after each read, whether its log is still in
//!   place, and else does it again: the other copy must not be at work at the same moment.
//!
//! Begin at [`open`].

mod append;
mod connection;
mod connections;
pub mod driver;
mod file;
mod files;
mod filter;
#[cfg(feature = "native")]
mod open;
mod options;
mod read;
mod rows;
mod schema;
mod snapshots;
mod store;

pub use onefold::OpenError;
#[cfg(feature = "native")]
pub use open::{open, open_with};
pub use options::{Durability, SqliteOptions};
pub use store::SqliteStore;

/// The README's Rust, compiled and run.
#[cfg(all(doctest, feature = "native"))]
#[doc = include_str!("../../../README.md")]
struct Readme;

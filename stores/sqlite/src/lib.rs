//! The SQLite store of onefold: events in one file, embedded, with nothing to set up.
//!
//! What it does not do: it runs no server and is for local disks, not for network shares, whose locks SQLite
//! cannot rely on. It makes no backups and deletes no events: triggers refuse both updates and deletions.
//!
//! Any number of threads and processes may open one file at once. One of them writes at a time, the others wait
//! for up to [`SqliteOptions::busy_timeout`]; readers wait for nobody, and see every event in the order of its
//! position. An append that succeeded is on the disk ([`Durability`]).
//!
//! Two things SQLite itself asks for:
//! - A store does not survive `fork`: in the child its use is an error, and so is another one on the same file,
//!   until the child has closed what it inherited. Better fork first and open then, or `spawn`.
//! - While a store is open, do not open its file in the same process by another copy of SQLite or as a plain
//!   file: closing that drops the locks of this one.
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

#[cfg(feature = "native")]
pub use open::{OpenError, open, open_with};
pub use options::{Durability, SqliteOptions};
pub use store::SqliteStore;

/// The README's Rust, compiled and run.
#[cfg(all(doctest, feature = "native"))]
#[doc = include_str!("../../../README.md")]
struct Readme;

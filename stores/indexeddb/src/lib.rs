//! The IndexedDB store of onefold: events in the browser, durable, with nothing to set up.
//!
//! What it does not do: it synchronises with no server, and it cannot keep the browser from evicting it; ask for
//! persistent storage (`navigator.storage.persist()`).
//!
//! Any number of tabs and workers may open one database at once. One of them writes at a time, and concurrent
//! appends of one store share a transaction, each with its own outcome. An append that succeeded is on the disk
//! ([`Durability`]). Appends, versions and positions are as in every other store.
//!
//! It works in windows, dedicated and shared workers and service workers; elsewhere the crate is empty.

#[cfg(target_family = "wasm")]
mod append;
#[cfg(target_family = "wasm")]
mod commit;
#[cfg(target_family = "wasm")]
mod dom;
#[cfg(target_family = "wasm")]
mod event;
#[cfg(target_family = "wasm")]
mod ids;
mod options;
#[cfg(target_family = "wasm")]
mod store;

pub use options::{Durability, IndexedDbOptions};
#[cfg(target_family = "wasm")]
pub use store::IndexedDbStore;

//! The IndexedDB store in a real browser, in a window and in a worker: what the scenarios of the contract, which run
//! through the TypeScript API, cannot see.
#![cfg(target_family = "wasm")]

mod appends;
mod ids;
mod lifetime;
mod reads;
mod snapshots;
mod support;

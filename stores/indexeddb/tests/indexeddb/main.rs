//! The IndexedDB store in a real browser, in a window and in a worker: what the scenarios of the contract, which run
//! through the TypeScript API, cannot see.
#![cfg(target_family = "wasm")]

#[cfg(test)]
mod appends;
#[cfg(test)]
mod ids;
#[cfg(test)]
mod lifetime;
#[cfg(test)]
mod model;
#[cfg(test)]
mod reads;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod support;

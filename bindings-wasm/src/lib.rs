//! The private WebAssembly module of the npm package `onefold`: conversions, and nothing that decides.
//!
//! Its public face is the TypeScript in `ts/`, which checks the shapes of what users give, hands it over as *drafts*,
//! and makes users' events of *records* (see `onefold-js`). Arguments here are therefore of the right type already;
//! their ranges are for the core to judge.
#![cfg(target_family = "wasm")]
#![expect(
    clippy::arc_with_non_send_sync,
    reason = "the core shares by Arc; values of JavaScript have one thread"
)]

pub mod backend;
mod decider;
pub mod draft;
mod enricher;
pub mod errors;
mod registry;
mod store;

/// A fifth of the size of Rust's own, which is a little quicker.
#[cfg(feature = "small")]
#[global_allocator]
static ALLOCATOR: rlsf::GlobalTlsf = rlsf::GlobalTlsf::new();

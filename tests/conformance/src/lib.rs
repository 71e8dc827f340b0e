//! The store contract as tests.
//!
//! [`suite!`] stamps every case over a store, one test each:
//!
//! ```
//! onefold_conformance::suite!(memory, onefold_conformance::MemoryHarness);
//! ```
//!
//! A case is an `async fn` over a [`Harness`] that returns a [`Failure`] when the store breaks the contract.
//! Most of them are scenarios in JSON, [`vectors`], which other languages run too; [`cases`] holds what JSON
//! cannot express, above all concurrency. [`broken`] holds stores with one fault each: they show that the suite
//! fails where it must.

pub mod broken;
pub mod cases;
mod failure;
mod harness;
mod parallel;
mod shared;
mod suite;
pub mod vectors;

pub use failure::{Failure, check, equal};
pub use harness::{Harness, MemoryHarness};
pub use shared::Shared;
pub use suite::{Verdict, run_cases};

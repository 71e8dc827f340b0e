//! What events carry in JavaScript: opaque values that never cross into WebAssembly.
//!
//! A [`JsPayload`] is a handle on a frozen JavaScript value that was checked and measured in one walk. A [`JsPage`] is
//! a handle on an array of *records*, plain objects with the fields of a stored event. What must touch every event
//! (copying, upcasting, filtering) is JavaScript, in `modules/`; what decides is the core.
//!
//! A store for JavaScript implements the core's backend traits with these two as `Payload` and `Page`:
//!
//! - reads hand over an array of records: [`JsPage::new`]. [`filter`](records::filter) makes a filter for its
//!   JavaScript, and `matches` in `modules/records.js` applies it;
//! - appends make records of envelopes: `JsPage::from` a `Vec` of [`StoredEvent`](onefold::StoredEvent);
//! - ids that are known already are decided by [`replay`](onefold::replay), from [`JsPage::events`].
#![cfg(target_family = "wasm")]

mod error;
mod host;
mod log;
mod page;
mod payload;
pub mod records;
mod upcast;

pub use error::JsError;
pub use host::JsHost;
pub use log::JsLog;
pub use page::JsPage;
pub use payload::{JsPayload, NotTaken, Taken};
pub use upcast::{EditFunction, JsUpcaster, StepFunction};

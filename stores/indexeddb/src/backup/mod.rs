//! Backups of all events, as newline-delimited JSON.

mod error;
mod export;
mod import;
mod restore;

pub use error::ImportError;
pub use export::Export;
pub use import::Import;
pub use restore::Restored;
pub(crate) use restore::restore;

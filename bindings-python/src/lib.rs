//! The Python module of onefold: a thin layer over the core. Its public face is the package `onefold`.

mod args;
mod backend;
mod decider;
mod enricher;
mod errors;
mod event;
mod expected;
mod host;
mod interrupt;
mod json;
mod registry;
mod runtime;
mod store;

use pyo3::prelude::*;

#[pymodule]
mod _onefold {
    #[pymodule_export]
    use crate::event::stored_event_from;
    #[pymodule_export]
    use crate::event::{Event, Metadata, StoredEvent};
    #[pymodule_export]
    use crate::registry::Registry;
    #[pymodule_export]
    use crate::store::{AllPages, Store, StreamPages};

    /// The version of the package.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}

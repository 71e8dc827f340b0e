//! The Python module of onefold: a thin layer over the core. Its public face is the package `onefold`.

mod args;
mod asyncio;
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
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::asyncio::{Call, Mailbox};
    #[pymodule_export]
    use crate::event::stored_event_from;
    #[pymodule_export]
    use crate::event::{Event, Metadata, StoredEvent};
    #[pymodule_export]
    use crate::registry::Registry;
    #[pymodule_export]
    use crate::store::{AllPages, Store, StreamPages};

    /// Names for stub files to type: what is awaited is of the same classes.
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let py = module.py();
        module.add("AsyncStore", py.get_type::<Store>())?;
        module.add("AsyncStreamPages", py.get_type::<StreamPages>())?;
        module.add("AsyncAllPages", py.get_type::<AllPages>())
    }

    /// The version of the package.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}

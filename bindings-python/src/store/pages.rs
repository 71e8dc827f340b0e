use std::sync::{Mutex, PoisonError};

use onefold::{AllPager, StreamPager};
use pollster::block_on;
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::PyList;

use crate::args::whole;
use crate::errors::{ToPyErr, invalid_argument};
use crate::store::Store;

/// The pages of a stream.
#[pyclass(frozen, module = "onefold._onefold")]
pub(crate) struct StreamPages {
    store: Py<Store>,
    pager: Mutex<StreamPager>,
}

/// The pages of the whole store.
#[pyclass(frozen, module = "onefold._onefold")]
pub(crate) struct AllPages {
    store: Py<Store>,
    pager: Mutex<AllPager>,
}

/// How many events a page has: at least one.
pub(super) fn size_from(value: &Bound<'_, PyAny>) -> PyResult<usize> {
    match usize::try_from(whole("page_size", value)?) {
        Ok(size) if size > 0 => Ok(size),
        _ => Err(invalid_argument(value.py(), "page_size", "give an int from 1")),
    }
}

macro_rules! pages {
    ($pages:ident, $pager:ident) => {
        impl $pages {
            pub(super) const fn new(store: Py<Store>, pager: $pager) -> Self {
                Self { store, pager: Mutex::new(pager) }
            }
        }

        #[pymethods]
        impl $pages {
            /// The next page as a list, never an empty one; `None` at the end.
            fn next_page<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
                // Waiting for another thread's page must not keep the interpreter from it.
                let mut pager = self.pager.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
                let store = self.store.get();
                let page = block_on(pager.next_page(&store.inner)).map_err(|error| error.to_py_err(py))?;
                page.map(|events| store.stored_list(py, events)).transpose()
            }
        }
    };
}

pages!(StreamPages, StreamPager);
pages!(AllPages, AllPager);

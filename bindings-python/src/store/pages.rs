use std::sync::Arc;

use onefold::{AllPager, Store as CoreStore, StreamPager};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::sync::Mutex;

use crate::args::whole;
use crate::backend::Backend;
use crate::errors::invalid_argument;
use crate::registry::TypedEvents;
use crate::store::answer::{Answer, converted};
use crate::store::{Store, stored_list};

/// The pages of a stream.
#[pyclass(frozen, module = "onefold._onefold")]
pub(crate) struct StreamPages(Pages<StreamPager>);

/// The pages of the whole store.
#[pyclass(frozen, module = "onefold._onefold")]
pub(crate) struct AllPages(Pages<AllPager>);

struct Pages<P> {
    store: Arc<CoreStore<Backend>>,
    types: Option<Arc<TypedEvents>>,
    answer: Answer,
    pager: Arc<Mutex<P>>,
}

/// How many events a page has: at least one.
pub(super) fn size_from(value: &Bound<'_, PyAny>) -> PyResult<usize> {
    match usize::try_from(whole("page_size", value)?) {
        Ok(size) if size > 0 => Ok(size),
        _ => Err(invalid_argument(value.py(), "page_size", "give an int from 1")),
    }
}

impl<P> Pages<P> {
    fn new(store: &Store, pager: P) -> Self {
        Self {
            store: Arc::clone(&store.inner),
            types: store.types.clone(),
            answer: store.answer,
            pager: Arc::new(Mutex::new(pager)),
        }
    }
}

macro_rules! pages {
    ($pages:ident, $pager:ident) => {
        impl $pages {
            pub(super) fn new(store: &Store, pager: $pager) -> Self {
                Self(Pages::new(store, pager))
            }
        }

        #[pymethods]
        impl $pages {
            /// The next page as a list, never an empty one; `None` at the end.
            fn next_page<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                let Ok(mut pager) = Arc::clone(&self.0.pager).try_lock_owned() else {
                    return Err(PyRuntimeError::new_err("the pages are being read already"));
                };
                let (store, types) = (Arc::clone(&self.0.store), self.0.types.clone());
                self.0.answer.of(py, async move {
                    converted(pager.next_page(&store).await, |py, page| match page {
                        Some(events) => stored_list(py, events, types.as_ref()),
                        None => Ok(py.None()),
                    })
                })
            }
        }
    };
}

pages!(StreamPages, StreamPager);
pages!(AllPages, AllPager);

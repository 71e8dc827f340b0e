//! The store under `onefold.Store`.

mod answer;
mod open;
mod pages;
mod run;
mod stats;

use std::sync::Arc;

use onefold::{Json, Limits, NewEvent, ReadAll, ReadStream, Store as CoreStore};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::args::{self, after_from, expected_from, filter_from, flag, limit_from, str_from, version_from};
use crate::backend::Backend;
use crate::errors::ToPyErr;
use crate::event::{Intake, StoredEvent, event_list};
use crate::registry::TypedEvents;
use crate::store::answer::{Answer, converted};
pub(crate) use crate::store::pages::{AllPages, StreamPages};

/// An open store. `onefold.Store` is its public face, and `onefold.AsyncStore` where its calls are awaited.
#[pyclass(frozen, module = "onefold._onefold", name = "Store")]
pub(crate) struct Store {
    inner: Arc<CoreStore<Backend>>,
    types: Option<Arc<TypedEvents>>,
    limits: Limits,
    answer: Answer,
}

#[pymethods]
impl Store {
    /// `(version, position, duplicate)`.
    fn append<'py>(
        &self,
        py: Python<'py>,
        stream_id: &Bound<'py, PyAny>,
        events: &Bound<'py, PyAny>,
        expected_version: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let stream_id = str_from("stream_id", stream_id)?;
        let expected = expected_from(expected_version)?;
        let events = self.new_events(events)?;
        let store = Arc::clone(&self.inner);
        self.answer.of(py, async move {
            converted(store.append(&stream_id, events, expected.into()).await, |py, appended| {
                (appended.version.get(), appended.position.get(), appended.duplicate).into_py_any(py)
            })
        })
    }

    #[pyo3(signature = (stream_id, from_version, limit, backwards))]
    fn read_stream<'py>(
        &self,
        py: Python<'py>,
        stream_id: &Bound<'py, PyAny>,
        from_version: Option<&Bound<'py, PyAny>>,
        limit: Option<&Bound<'py, PyAny>>,
        backwards: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let stream_id = str_from("stream_id", stream_id)?;
        let read = stream_read(from_version, limit, backwards)?;
        let (store, types) = (Arc::clone(&self.inner), self.types.clone());
        self.answer.of(py, async move {
            converted(store.read_stream(&stream_id, read).await, |py, events| {
                stored_list(py, events, types.as_ref())
            })
        })
    }

    #[pyo3(signature = (after_position, limit, backwards, **filters))]
    fn read_all<'py>(
        &self,
        py: Python<'py>,
        after_position: Option<&Bound<'py, PyAny>>,
        limit: Option<&Bound<'py, PyAny>>,
        backwards: &Bound<'py, PyAny>,
        filters: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let read = all_read(after_position, limit, backwards, filters)?;
        let (store, types) = (Arc::clone(&self.inner), self.types.clone());
        self.answer.of(py, async move {
            converted(store.read_all(read).await, |py, events| stored_list(py, events, types.as_ref()))
        })
    }

    #[pyo3(signature = (stream_id, from_version, limit, backwards, page_size))]
    fn stream_pages(
        &self,
        py: Python<'_>,
        stream_id: &Bound<'_, PyAny>,
        from_version: Option<&Bound<'_, PyAny>>,
        limit: Option<&Bound<'_, PyAny>>,
        backwards: &Bound<'_, PyAny>,
        page_size: &Bound<'_, PyAny>,
    ) -> PyResult<StreamPages> {
        let stream_id = str_from("stream_id", stream_id)?;
        let read = stream_read(from_version, limit, backwards)?;
        let size = pages::size_from(page_size)?;
        let pager = self.inner.stream_pager(&stream_id, read).map_err(|error| error.to_py_err(py))?;
        Ok(StreamPages::new(self, pager.page_size(size)))
    }

    #[pyo3(signature = (after_position, limit, backwards, page_size, **filters))]
    fn all_pages(
        &self,
        py: Python<'_>,
        after_position: Option<&Bound<'_, PyAny>>,
        limit: Option<&Bound<'_, PyAny>>,
        backwards: &Bound<'_, PyAny>,
        page_size: &Bound<'_, PyAny>,
        filters: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<AllPages> {
        let read = all_read(after_position, limit, backwards, filters)?;
        let size = pages::size_from(page_size)?;
        let pager = self.inner.all_pager(read).map_err(|error| error.to_py_err(py))?;
        Ok(AllPages::new(self, pager.page_size(size)))
    }

    fn stream_version<'py>(
        &self,
        py: Python<'py>,
        stream_id: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let stream_id = str_from("stream_id", stream_id)?;
        let store = Arc::clone(&self.inner);
        self.answer.of(py, async move {
            converted(store.stream_version(&stream_id).await, |py, version| version.get().into_py_any(py))
        })
    }

    fn event_exists<'py>(
        &self,
        py: Python<'py>,
        event_id: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let id = args::event_id(event_id)?;
        let store = Arc::clone(&self.inner);
        self.answer.of(py, async move {
            converted(store.event_exists(id).await, |py, exists| exists.into_py_any(py))
        })
    }

    fn find_event<'py>(&self, py: Python<'py>, event_id: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let id = args::event_id(event_id)?;
        let (store, types) = (Arc::clone(&self.inner), self.types.clone());
        self.answer.of(py, async move {
            converted(store.find_event(id).await, |py, found| {
                found.map(|event| StoredEvent::new(event, types)).into_py_any(py)
            })
        })
    }

    fn head<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let store = Arc::clone(&self.inner);
        self.answer.of(py, async move {
            converted(store.head().await, |py, position| position.get().into_py_any(py))
        })
    }

    fn cursor(&self, position: &Bound<'_, PyAny>) -> PyResult<String> {
        Ok(self.inner.cursor(args::whole("position", position)?.into()))
    }

    #[getter]
    fn epoch(&self) -> String {
        self.inner.epoch().to_string()
    }

    #[getter]
    fn closed(&self) -> bool {
        self.inner.is_closed()
    }

    fn close<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let store = Arc::clone(&self.inner);
        self.answer.of(py, async move { converted(store.close().await, |py, ()| Ok(py.None())) })
    }
}

impl Store {
    fn new_events(&self, events: &Bound<'_, PyAny>) -> PyResult<Vec<NewEvent<Json>>> {
        let intake = Intake::new(self.types.as_ref().map(|types| types.codecs.as_ref()), &self.limits);
        intake.events(event_list(intake, events)?)
    }
}

fn stored_list(
    py: Python<'_>,
    events: Vec<onefold::StoredEvent<Json>>,
    types: Option<&Arc<TypedEvents>>,
) -> PyResult<Py<PyAny>> {
    let events: Vec<_> = events
        .into_iter()
        .map(|event| Bound::new(py, StoredEvent::new(event, types.cloned())))
        .collect::<PyResult<_>>()?;
    Ok(PyList::new(py, events)?.into_any().unbind())
}

fn stream_read(
    from_version: Option<&Bound<'_, PyAny>>,
    limit: Option<&Bound<'_, PyAny>>,
    backwards: &Bound<'_, PyAny>,
) -> PyResult<ReadStream> {
    Ok(ReadStream {
        from_version: version_from("from_version", from_version)?,
        limit: limit_from("limit", limit)?,
        backwards: flag("backwards", backwards)?,
    })
}

fn all_read(
    after_position: Option<&Bound<'_, PyAny>>,
    limit: Option<&Bound<'_, PyAny>>,
    backwards: &Bound<'_, PyAny>,
    filters: Option<&Bound<'_, PyDict>>,
) -> PyResult<ReadAll> {
    Ok(ReadAll {
        after: after_from(after_position)?,
        limit: limit_from("limit", limit)?,
        backwards: flag("backwards", backwards)?,
        filter: filters.map(filter_from).transpose()?.unwrap_or_default(),
    })
}

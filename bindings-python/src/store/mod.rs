//! The store under `onefold.Store`.

mod open;
mod pages;
mod run;

use std::sync::Arc;

use onefold::{Json, Limits, NewEvent, ReadAll, ReadStream, Store as CoreStore};
use pollster::block_on;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::args::{self, after_from, expected_from, filter_from, flag, limit_from, str_from, version_from};
use crate::backend::Backend;
use crate::errors::ToPyErr;
use crate::event::{Intake, StoredEvent, event_list};
use crate::registry::TypedEvents;
pub(crate) use crate::store::pages::{AllPages, StreamPages};

/// An open store. `onefold.Store` is its public face.
#[pyclass(frozen, module = "onefold._onefold", name = "Store")]
pub(crate) struct Store {
    inner: Arc<CoreStore<Backend>>,
    types: Option<Arc<TypedEvents>>,
    limits: Limits,
}

#[pymethods]
impl Store {
    /// `(version, position, duplicate)`.
    fn append(
        &self,
        py: Python<'_>,
        stream_id: &Bound<'_, PyAny>,
        events: &Bound<'_, PyAny>,
        expected_version: &Bound<'_, PyAny>,
    ) -> PyResult<(u64, u64, bool)> {
        let stream_id = str_from("stream_id", stream_id)?;
        let expected = expected_from(expected_version)?;
        let events = self.new_events(events)?;
        let appended = block_on(self.inner.append(&stream_id, events, expected.into()))
            .map_err(|error| error.to_py_err(py))?;
        Ok((appended.version.get(), appended.position.get(), appended.duplicate))
    }

    #[pyo3(signature = (stream_id, from_version, limit, backwards))]
    fn read_stream<'py>(
        &self,
        py: Python<'py>,
        stream_id: &Bound<'py, PyAny>,
        from_version: Option<&Bound<'py, PyAny>>,
        limit: Option<&Bound<'py, PyAny>>,
        backwards: &Bound<'_, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let stream_id = str_from("stream_id", stream_id)?;
        let read = stream_read(from_version, limit, backwards)?;
        let events =
            block_on(self.inner.read_stream(&stream_id, read)).map_err(|error| error.to_py_err(py))?;
        self.stored_list(py, events)
    }

    #[pyo3(signature = (after_position, limit, backwards, **filters))]
    fn read_all<'py>(
        &self,
        py: Python<'py>,
        after_position: Option<&Bound<'py, PyAny>>,
        limit: Option<&Bound<'py, PyAny>>,
        backwards: &Bound<'_, PyAny>,
        filters: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let read = all_read(after_position, limit, backwards, filters)?;
        let events = block_on(self.inner.read_all(read)).map_err(|error| error.to_py_err(py))?;
        self.stored_list(py, events)
    }

    #[pyo3(signature = (stream_id, from_version, limit, backwards, page_size))]
    fn stream_pages(
        slf: &Bound<'_, Self>,
        stream_id: &Bound<'_, PyAny>,
        from_version: Option<&Bound<'_, PyAny>>,
        limit: Option<&Bound<'_, PyAny>>,
        backwards: &Bound<'_, PyAny>,
        page_size: &Bound<'_, PyAny>,
    ) -> PyResult<StreamPages> {
        let stream_id = str_from("stream_id", stream_id)?;
        let read = stream_read(from_version, limit, backwards)?;
        let size = pages::size_from(page_size)?;
        let pager =
            slf.get().inner.stream_pager(&stream_id, read).map_err(|error| error.to_py_err(slf.py()))?;
        Ok(StreamPages::new(slf.clone().unbind(), pager.page_size(size)))
    }

    #[pyo3(signature = (after_position, limit, backwards, page_size, **filters))]
    fn all_pages(
        slf: &Bound<'_, Self>,
        after_position: Option<&Bound<'_, PyAny>>,
        limit: Option<&Bound<'_, PyAny>>,
        backwards: &Bound<'_, PyAny>,
        page_size: &Bound<'_, PyAny>,
        filters: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<AllPages> {
        let read = all_read(after_position, limit, backwards, filters)?;
        let size = pages::size_from(page_size)?;
        let pager = slf.get().inner.all_pager(read).map_err(|error| error.to_py_err(slf.py()))?;
        Ok(AllPages::new(slf.clone().unbind(), pager.page_size(size)))
    }

    fn stream_version(&self, py: Python<'_>, stream_id: &Bound<'_, PyAny>) -> PyResult<u64> {
        let stream_id = str_from("stream_id", stream_id)?;
        let version = block_on(self.inner.stream_version(&stream_id)).map_err(|error| error.to_py_err(py))?;
        Ok(version.get())
    }

    fn event_exists(&self, py: Python<'_>, event_id: &Bound<'_, PyAny>) -> PyResult<bool> {
        block_on(self.inner.event_exists(args::event_id(event_id)?)).map_err(|error| error.to_py_err(py))
    }

    fn find_event(&self, py: Python<'_>, event_id: &Bound<'_, PyAny>) -> PyResult<Option<StoredEvent>> {
        let found = block_on(self.inner.find_event(args::event_id(event_id)?))
            .map_err(|error| error.to_py_err(py))?;
        Ok(found.map(|event| self.stored(event)))
    }

    fn head(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(block_on(self.inner.head()).map_err(|error| error.to_py_err(py))?.get())
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

    fn close(&self, py: Python<'_>) -> PyResult<()> {
        block_on(self.inner.close()).map_err(|error| error.to_py_err(py))
    }
}

impl Store {
    fn intake(&self) -> Intake<'_> {
        Intake::new(self.types.as_ref().map(|types| types.codecs.as_ref()), &self.limits)
    }

    fn new_events(&self, events: &Bound<'_, PyAny>) -> PyResult<Vec<NewEvent<Json>>> {
        let intake = self.intake();
        intake.events(event_list(intake, events)?)
    }

    fn stored(&self, event: onefold::StoredEvent<Json>) -> StoredEvent {
        StoredEvent::new(event, self.types.clone())
    }

    fn stored_list<'py>(
        &self,
        py: Python<'py>,
        events: Vec<onefold::StoredEvent<Json>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let events: Vec<_> =
            events.into_iter().map(|event| Bound::new(py, self.stored(event))).collect::<PyResult<_>>()?;
        PyList::new(py, events)
    }
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

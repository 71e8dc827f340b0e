//! The fields of an event that is being made, checked one by one.

use onefold::{EventId, EventType};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::errors::{invalid_argument, invalid_event};
use crate::event::Metadata;

pub(crate) fn event_type_from(value: &Bound<'_, PyAny>) -> PyResult<EventType> {
    let py = value.py();
    let Ok(text) = value.extract::<&str>() else {
        return Err(invalid_event(py, "type", "the type must be a str of whole characters"));
    };
    EventType::new(text).map_err(|error| invalid_event(py, "type", &error.reason))
}

/// The id of an event that is being made.
pub(crate) fn event_id_from(value: &Bound<'_, PyAny>) -> PyResult<EventId> {
    let refuse = || invalid_event(value.py(), "id", "give a UUID or its text");
    uuid_from(value)?.ok_or_else(refuse)
}

/// A UUID object, or its text in any case; nothing for anything else.
pub(crate) fn uuid_from(value: &Bound<'_, PyAny>) -> PyResult<Option<EventId>> {
    let is_uuid = value.hasattr("hex")? && value.hasattr("int")?;
    let given = if is_uuid { value.str()?.into_any() } else { value.clone() };
    Ok(given.extract::<&str>().ok().and_then(|text| text.parse().ok()))
}

pub(crate) fn schema_version_from(value: &Bound<'_, PyAny>) -> PyResult<u32> {
    let is_bool = value.is_instance_of::<pyo3::types::PyBool>();
    match value.extract::<u32>() {
        Ok(version) if version > 0 && !is_bool => Ok(version),
        _ => Err(invalid_event(value.py(), "schema_version", "give an int from 1 to 4294967295")),
    }
}

pub(crate) fn metadata_from(py: Python<'_>, value: Option<&Bound<'_, PyAny>>) -> PyResult<Py<Metadata>> {
    static NONE: PyOnceLock<Py<Metadata>> = PyOnceLock::new();
    match value {
        None => {
            Ok(NONE.get_or_try_init(py, || Py::new(py, Metadata(onefold::Metadata::none())))?.clone_ref(py))
        }
        Some(value) => match value.cast::<Metadata>() {
            Ok(metadata) => Ok(metadata.clone().unbind()),
            Err(_) => Err(invalid_argument(py, "metadata", "give a Metadata")),
        },
    }
}

//! The fields of an event that is being made, checked one by one.

use onefold::{EventId, EventType};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::args::shown;
use crate::errors::{invalid_argument, invalid_event};
use crate::event::Metadata;

pub(crate) fn event_type_from(value: &Bound<'_, PyAny>) -> PyResult<EventType> {
    let py = value.py();
    let Ok(text) = value.extract::<&str>() else {
        return Err(invalid_event(py, "type", &format!("{} is no str of whole characters", shown(value)?)));
    };
    EventType::new(text).map_err(|error| invalid_event(py, "type", &error.reason))
}

/// The id of an event that is being made.
pub(crate) fn event_id_from(value: &Bound<'_, PyAny>) -> PyResult<EventId> {
    if let Some(id) = uuid_from(value)? {
        return Ok(id);
    }
    Err(invalid_event(value.py(), "id", &format!("{} is no UUID; give one, or its text", shown(value)?)))
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
        _ => {
            let reason = format!("{} is no int from 1 to {}", shown(value)?, u32::MAX);
            Err(invalid_event(value.py(), "schema_version", &reason))
        }
    }
}

pub(crate) fn metadata_from(py: Python<'_>, value: Option<&Bound<'_, PyAny>>) -> PyResult<Py<Metadata>> {
    static NONE: PyOnceLock<Py<Metadata>> = PyOnceLock::new();
    match value {
        None => {
            Ok(NONE.get_or_try_init(py, || Py::new(py, Metadata(onefold::Metadata::none())))?.clone_ref(py))
        }
        Some(value) => {
            if let Ok(metadata) = value.cast::<Metadata>() {
                return Ok(metadata.clone().unbind());
            }
            let reason = format!("{} is no Metadata; give Metadata(…)", shown(value)?);
            Err(invalid_argument(py, "metadata", &reason))
        }
    }
}

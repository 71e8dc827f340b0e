//! Arguments and results between Python and the core: versions, limits, filters, moments.

use std::sync::Arc;

use onefold::{After, EventId, EventType, ExpectedVersion, Filter, Limits, Position, Timestamp, Version};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyInt, PyString};

use crate::errors::{ToPyErr, invalid_argument};
use crate::event::uuid_from;

/// `ANY`, `NO_STREAM`, `STREAM_EXISTS`, or an int from 0.
pub(crate) fn expected_from(value: &Bound<'_, PyAny>) -> PyResult<ExpectedVersion> {
    if value.is_exact_instance_of::<PyInt>() {
        return Ok(ExpectedVersion::Exact(Version::new(whole("expected_version", value)?)));
    }
    let name = value.getattr("value").ok();
    match name.as_ref().and_then(|name| name.extract::<&str>().ok()) {
        Some("any") => Ok(ExpectedVersion::Any),
        Some("no_stream") => Ok(ExpectedVersion::NoStream),
        Some("stream_exists") => Ok(ExpectedVersion::StreamExists),
        _ => {
            let reason =
                format!("{} is none of ANY, NO_STREAM, STREAM_EXISTS and the ints from 0", shown(value)?);
            Err(invalid_argument(value.py(), "expected_version", &reason))
        }
    }
}

/// The id of an event to look for.
pub(crate) fn event_id(value: &Bound<'_, PyAny>) -> PyResult<EventId> {
    if let Some(id) = uuid_from(value)? {
        return Ok(id);
    }
    let reason = format!("{} is no UUID; give one, or its text", shown(value)?);
    Err(invalid_argument(value.py(), "event_id", &reason))
}

/// A whole number from 0 to 2^53 - 1; nothing for anything else.
pub(crate) fn whole_number(value: &Bound<'_, PyAny>) -> Option<u64> {
    let number = if value.is_instance_of::<PyBool>() { None } else { value.extract::<u64>().ok() };
    number.filter(|number| *number <= Version::MAX.get())
}

/// An argument that must be one.
pub(crate) fn whole(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    if let Some(number) = whole_number(value) {
        return Ok(number);
    }
    let reason = format!("{} is no whole number from 0 to 2^53 - 1", shown(value)?);
    Err(invalid_argument(value.py(), argument, &reason))
}

/// `True` or `False`, and nothing that only counts as one.
pub(crate) fn flag(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<bool> {
    if let Ok(flag) = value.cast_exact::<PyBool>() {
        return Ok(flag.is_true());
    }
    let reason = format!("{} is neither True nor False", shown(value)?);
    Err(invalid_argument(value.py(), argument, &reason))
}

/// A whole number from 0, or nothing for all.
pub(crate) fn limit_from(argument: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<usize>> {
    value.map(|value| Ok(usize::try_from(whole(argument, value)?).unwrap_or(usize::MAX))).transpose()
}

/// A version from 0, or nothing.
pub(crate) fn version_from(argument: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Version>> {
    value.map(|value| whole(argument, value).map(Version::new)).transpose()
}

/// A position, or a cursor.
pub(crate) fn after_from(value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<After>> {
    let Some(value) = value else { return Ok(None) };
    if let Ok(cursor) = value.extract::<&str>() {
        return Ok(Some(After::Cursor(cursor.to_owned())));
    }
    whole("after_position", value).map(|position| Some(Position::new(position).into()))
}

/// The filters of `read_all`.
pub(crate) fn filter_from(filters: &Bound<'_, PyDict>) -> PyResult<Filter> {
    let given = |name: &str| -> PyResult<_> { Ok(filters.get_item(name)?.filter(|value| !value.is_none())) };
    Ok(Filter {
        category: given("category")?.map(|value| str_from("category", &value)).transpose()?,
        types: given("types")?.map(|value| types_from(&value)).transpose()?,
        tenant: given("tenant")?.map(|value| str_from("tenant", &value)).transpose()?,
        correlation_id: given("correlation_id")?
            .map(|value| str_from("correlation_id", &value))
            .transpose()?,
        recorded_from: given("recorded_from")?
            .map(|value| moment_from("recorded_from", &value))
            .transpose()?,
        recorded_to: given("recorded_to")?.map(|value| moment_from("recorded_to", &value)).transpose()?,
    })
}

pub(crate) fn str_from(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<Arc<str>> {
    if let Ok(text) = value.extract::<&str>() {
        return Ok(text.into());
    }
    let reason = format!("{} is no str of whole characters", shown(value)?);
    Err(invalid_argument(value.py(), argument, &reason))
}

fn types_from(value: &Bound<'_, PyAny>) -> PyResult<Vec<EventType>> {
    let py = value.py();
    let names = if value.is_instance_of::<PyString>() { None } else { value.try_iter().ok() };
    let Some(names) = names else {
        return Err(invalid_argument(py, "types", &format!("{} is no list of str", shown(value)?)));
    };
    let mut types = Vec::new();
    for name in names {
        let name = str_from("types", &name?)?;
        types.push(EventType::new(name).map_err(|error| invalid_argument(py, "types", &error.reason))?);
    }
    Ok(types)
}

/// An aware datetime as a moment.
pub(crate) fn moment_from(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<Timestamp> {
    static MICROS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let micros = MICROS.import(value.py(), "onefold._time", "to_micros")?.call1((argument, value))?;
    Ok(Timestamp::from_micros(micros.extract()?))
}

/// A moment as an aware datetime in UTC.
pub(crate) fn datetime(py: Python<'_>, moment: Timestamp) -> PyResult<Bound<'_, PyAny>> {
    static DATETIME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    DATETIME.import(py, "onefold._time", "from_micros")?.call1((moment.as_micros(),))
}

/// `onefold.Limits` as the core's.
pub(crate) fn limits_from(value: Option<&Bound<'_, PyAny>>) -> PyResult<Limits> {
    let mut limits = Limits::default();
    let Some(value) = value else { return Ok(limits) };
    let fields: [(&str, &mut usize); 7] = [
        ("data_bytes", &mut limits.data_bytes),
        ("metadata_bytes", &mut limits.metadata_bytes),
        ("nesting", &mut limits.nesting),
        ("events", &mut limits.events),
        ("stream_id_chars", &mut limits.stream_id_chars),
        ("type_chars", &mut limits.type_chars),
        ("reference_chars", &mut limits.reference_chars),
    ];
    for (name, field) in fields {
        let given =
            value.getattr(name).map_err(|_| invalid_argument(value.py(), "limits", "give a Limits"))?;
        *field = usize::try_from(whole(&format!("limits.{name}"), &given)?).unwrap_or(usize::MAX);
    }
    limits.check().map_err(|error| error.to_py_err(value.py()))?;
    Ok(limits)
}

/// What was given, cut short, for a message.
pub(crate) fn shown(value: &Bound<'_, PyAny>) -> PyResult<String> {
    static SHOWN: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    SHOWN.import(value.py(), "onefold._arguments", "shown")?.call1((value,))?.extract()
}

//! What a store written in Python gives and takes: `StoredEvent`s or mappings with the wire's fields.

use onefold::{
    Appended, EventId, EventType, Filter, InvalidArgumentError, Json, Limits, Position, Snapshot,
    StoredEvent, StreamId, Timestamp, Version,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping};

use crate::args::{datetime, moment_from, whole_number};
use crate::event::{self, Metadata, uuid_from};
use crate::json::{self, EncodeError};

pub(super) fn events(given: &Bound<'_, PyAny>) -> PyResult<Vec<StoredEvent<Json>>> {
    given.try_iter()?.map(|event| self::event(&event?)).collect()
}

/// What is given, unless it is nothing.
pub(super) fn if_any<'py, T>(
    given: &Bound<'py, PyAny>,
    take: impl FnOnce(&Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Option<T>> {
    if given.is_none() { Ok(None) } else { take(given).map(Some) }
}

pub(crate) fn event(given: &Bound<'_, PyAny>) -> PyResult<StoredEvent<Json>> {
    if let Ok(stored) = given.cast::<event::StoredEvent>() {
        return Ok(stored.get().inner.clone());
    }
    let part = optional(given, "part")?.map(|part| part.extract()).transpose()?;
    Ok(StoredEvent {
        id: id(&field(given, "id")?)?,
        event_type: EventType::from_stored(field(given, "type")?.extract::<String>()?),
        schema_version: field(given, "schema_version")?.extract()?,
        part: part.unwrap_or(0),
        data: encode(&field(given, "data")?)?,
        metadata: metadata(optional(given, "metadata")?)?,
        stream_id: StreamId::from_stored(field(given, "stream_id")?.extract::<String>()?),
        version: version(&field(given, "version")?)?,
        position: position(&field(given, "position")?)?,
        recorded_at: moment(&field(given, "recorded_at")?)?,
    })
}

pub(super) fn appended(given: &Bound<'_, PyAny>) -> PyResult<Appended> {
    let duplicate = optional(given, "duplicate")?.map(|duplicate| duplicate.extract()).transpose()?;
    Ok(Appended {
        version: version(&field(given, "version")?)?,
        position: position(&field(given, "position")?)?,
        duplicate: duplicate.unwrap_or(false),
        recorded: None,
    })
}

pub(super) fn snapshot(given: &Bound<'_, PyAny>) -> PyResult<Snapshot<Json>> {
    Ok(Snapshot {
        stream_id: StreamId::from_stored(field(given, "stream_id")?.extract::<String>()?),
        name: field(given, "name")?.extract()?,
        state_version: field(given, "state_version")?.extract()?,
        version: version(&field(given, "version")?)?,
        state: encode(&field(given, "state")?)?,
    })
}

pub(super) fn snapshot_to_py<'py>(py: Python<'py>, snapshot: &Snapshot<Json>) -> PyResult<Bound<'py, PyAny>> {
    let fields = PyDict::new(py);
    fields.set_item("stream_id", snapshot.stream_id.as_str())?;
    fields.set_item("name", &snapshot.name)?;
    fields.set_item("state_version", snapshot.state_version)?;
    fields.set_item("version", snapshot.version.get())?;
    fields.set_item("state", json::decode(py, &snapshot.state)?)?;
    py.import("onefold.store.custom")?.getattr("Snapshot")?.call((), Some(&fields))
}

pub(super) fn filter<'py>(py: Python<'py>, filter: &Filter) -> PyResult<Bound<'py, PyAny>> {
    let moment = |moment: Option<Timestamp>| moment.map(|moment| datetime(py, moment)).transpose();
    let types = filter.types.as_ref().map(|types| types.iter().map(EventType::as_str).collect::<Vec<_>>());
    let fields = PyDict::new(py);
    fields.set_item("category", filter.category.as_deref())?;
    fields.set_item("types", types)?;
    fields.set_item("tenant", filter.tenant.as_deref())?;
    fields.set_item("correlation_id", filter.correlation_id.as_deref())?;
    fields.set_item("recorded_from", moment(filter.recorded_from)?)?;
    fields.set_item("recorded_to", moment(filter.recorded_to)?)?;
    py.import("onefold.store.custom")?.getattr("ReadFilter")?.call((), Some(&fields))
}

pub(super) fn id(given: &Bound<'_, PyAny>) -> PyResult<EventId> {
    uuid_from(given)?.ok_or_else(|| PyTypeError::new_err(format!("`{given}` is no UUID")))
}

pub(super) fn version(given: &Bound<'_, PyAny>) -> PyResult<Version> {
    number(given).map(Version::new)
}

pub(super) fn position(given: &Bound<'_, PyAny>) -> PyResult<Position> {
    number(given).map(Position::new)
}

fn number(given: &Bound<'_, PyAny>) -> PyResult<u64> {
    whole_number(given).ok_or_else(|| PyTypeError::new_err(format!("`{given}` is no whole number from 0")))
}

fn metadata(given: Option<Bound<'_, PyAny>>) -> PyResult<onefold::Metadata<Json>> {
    let Some(given) = given else { return Ok(onefold::Metadata::none()) };
    if let Ok(metadata) = given.cast::<Metadata>() {
        return Ok(metadata.get().0.clone());
    }
    let made =
        given.py().import("onefold._pickle")?.getattr("metadata")?.call1((given,)).map_err(misshapen)?;
    Ok(made.cast::<Metadata>()?.get().0.clone())
}

fn moment(given: &Bound<'_, PyAny>) -> PyResult<Timestamp> {
    match given.extract::<&str>() {
        Ok(text) => {
            text.parse().map_err(|error: InvalidArgumentError| PyTypeError::new_err(error.to_string()))
        }
        Err(_) => moment_from("recorded_at", given).map_err(misshapen),
    }
}

/// An error of ours about what the store gave: the caller did nothing wrong.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn misshapen(error: PyErr) -> PyErr {
    PyTypeError::new_err(error.to_string())
}

fn encode(value: &Bound<'_, PyAny>) -> PyResult<Json> {
    json::encode(value, Limits::MAX_NESTING).map_err(|error| match error {
        EncodeError::NotJson { path, reason } => PyTypeError::new_err(format!("data{path}: {reason}")),
        EncodeError::TooDeep => PyTypeError::new_err("the data is nested too deep"),
    })
}

fn optional<'py>(given: &Bound<'py, PyAny>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    Ok(member(given, name)?.filter(|value| !value.is_none()))
}

fn field<'py>(given: &Bound<'py, PyAny>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    member(given, name)?
        .ok_or_else(|| PyTypeError::new_err(format!("the store gave {given} without `{name}`")))
}

/// A member of a mapping, or an attribute of an object.
fn member<'py>(given: &Bound<'py, PyAny>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    match given.cast::<PyMapping>() {
        Ok(mapping) if mapping.contains(name)? => mapping.get_item(name).map(Some),
        Ok(_) => Ok(None),
        Err(_) => given.getattr_opt(name),
    }
}

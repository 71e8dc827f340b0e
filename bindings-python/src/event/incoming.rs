use onefold::{EventType, InvalidEventError, Json, Limits, NewEvent};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyIterator, PyString};

use crate::args::shown;
use crate::errors::{ToPyErr, caused_by, invalid_argument, limit_exceeded};
use crate::event::Event;
use crate::event::fields::{event_id_from, event_type_from, metadata_from, schema_version_from};
use crate::event::new::Content;
use crate::json::{self, EncodeError};
use crate::registry::Codecs;

/// Takes events as Python gives them: `Event`, an object of a registered type, or a dict with a `type`.
#[derive(Clone, Copy)]
pub(crate) struct Intake<'a> {
    codecs: Option<&'a Codecs>,
    limits: &'a Limits,
    /// Which event of the append is being taken, for messages.
    index: usize,
}

impl<'a> Intake<'a> {
    pub(crate) const fn new(codecs: Option<&'a Codecs>, limits: &'a Limits) -> Self {
        Self { codecs, limits, index: 0 }
    }

    /// The events as the core takes them. It looks at no more than an append may hold: a generator may never end.
    pub(crate) fn events<'py>(
        self,
        objects: impl IntoIterator<Item = PyResult<Bound<'py, PyAny>>>,
    ) -> PyResult<Vec<NewEvent<Json>>> {
        let take = |(index, object): (usize, PyResult<Bound<'py, PyAny>>)| {
            let object = object?;
            if index == self.limits.events {
                return Err(limit_exceeded(object.py(), "events", index));
            }
            Self { index, ..self }.event(&object)
        };
        (0..).zip(objects).map(take).collect()
    }

    /// The event as the core takes it.
    pub(crate) fn event(&self, object: &Bound<'_, PyAny>) -> PyResult<NewEvent<Json>> {
        let py = object.py();
        if let Ok(event) = object.cast::<Event>() {
            return self.take_event(py, event.get());
        }
        if let Ok(dict) = object.cast_exact::<PyDict>() {
            return self.take_dict(dict);
        }
        let (event_type, data) = self.typed(object)?;
        Ok(NewEvent::new(event_type, data))
    }

    /// Whether this is one event, rather than several.
    pub(crate) fn is_event(&self, object: &Bound<'_, PyAny>) -> bool {
        object.is_instance_of::<Event>()
            || object.is_exact_instance_of::<PyDict>()
            || self.codecs.is_some_and(|codecs| codecs.knows(object))
    }

    fn take_event(&self, py: Python<'_>, event: &Event) -> PyResult<NewEvent<Json>> {
        let (event_type, data) = match &event.content {
            Content::Stored { event_type, json, .. } => (event_type.clone(), json.clone()),
            Content::Given { event_type, data } => {
                (event_type.clone(), self.data_of(event_type, data.bind(py))?)
            }
            Content::Typed(typed) => self.typed(typed.bind(py))?,
        };
        Ok(NewEvent {
            id: event.id,
            event_type,
            schema_version: event.schema_version,
            data,
            metadata: event.core_metadata(),
        })
    }

    fn take_dict(&self, dict: &Bound<'_, PyDict>) -> PyResult<NewEvent<Json>> {
        let py = dict.py();
        let Some(event_type) = dict.get_item("type")? else {
            return Err(self.refuse(py, "type", "a dict as an event needs a \"type\""));
        };
        for key in dict.keys() {
            let known = key
                .extract::<&str>()
                .is_ok_and(|key| matches!(key, "type" | "data" | "id" | "schema_version" | "metadata"));
            if !known {
                let path = key.str()?.to_string_lossy().into_owned();
                let reason =
                    "a dict as an event has type, data, id, schema_version and metadata; put this into data";
                return Err(self.refuse(py, &path, reason));
            }
        }
        let given = |name: &str| -> PyResult<_> { Ok(dict.get_item(name)?.filter(|value| !value.is_none())) };
        let metadata = match given("metadata")? {
            Some(fields) if fields.is_instance_of::<PyDict>() => {
                let make = py.import("onefold._pickle")?.getattr("metadata")?;
                Some(make.call1((fields,))?)
            }
            other => other,
        };
        let data = dict.get_item("data")?.unwrap_or_else(|| py.None().into_bound(py));
        let event_type = event_type_from(&event_type)?;
        Ok(NewEvent {
            id: given("id")?.as_ref().map(event_id_from).transpose()?,
            schema_version: given("schema_version")?.as_ref().map(schema_version_from).transpose()?,
            data: self.data_of(&event_type, &data)?,
            event_type,
            metadata: metadata_from(py, metadata.as_ref())?.get().0.clone(),
        })
    }

    /// The type and data of a registered object.
    fn typed(&self, object: &Bound<'_, PyAny>) -> PyResult<(EventType, Json)> {
        let py = object.py();
        if let Some((event_type, builtins)) =
            self.codecs.map(|codecs| codecs.encode(object)).transpose()?.flatten()
        {
            let data = self.data(&builtins)?;
            self.check_class(py, &event_type, &data)?;
            return Ok((event_type, data));
        }
        let name = object.get_type().fully_qualified_name()?;
        let reason = format!("`{name}` is no registered event; give an Event, or register its type");
        Err(self.refuse(py, "type", &reason))
    }

    /// The data of an event of this type: an object of a registered class must be of the type's own.
    fn data_of(&self, event_type: &EventType, object: &Bound<'_, PyAny>) -> PyResult<Json> {
        let data = self.data(object)?;
        if self.codecs.is_some_and(|codecs| codecs.knows(object)) {
            self.check_class(object.py(), event_type, &data)?;
        }
        Ok(data)
    }

    /// What does not fit its own class could be appended, but never be read back.
    fn check_class(&self, py: Python<'_>, event_type: &EventType, data: &Json) -> PyResult<()> {
        let Some(decoder) = self.codecs.and_then(|codecs| codecs.decoder(event_type)) else {
            return Ok(());
        };
        decoder.object(py, data).map(drop).map_err(|cause| {
            let reason = format!("it does not fit its class: {cause}; give the fields what their types say");
            caused_by(self.refuse(py, "data", &reason), py, Some(cause))
        })
    }

    /// Data as JSON: plain objects, or one of a registered type.
    fn data(&self, object: &Bound<'_, PyAny>) -> PyResult<Json> {
        let py = object.py();
        let builtins = self.codecs.map(|codecs| codecs.encode(object)).transpose()?.flatten();
        let object = builtins.as_ref().map_or(object, |(_, builtins)| builtins);
        json::encode(object, self.limits.nesting).map_err(|error| match error {
            EncodeError::NotJson { path, reason } => self.refuse(py, &format!("data{path}"), &reason),
            EncodeError::TooDeep => limit_exceeded(py, "nesting", self.limits.nesting),
        })
    }

    fn refuse(&self, py: Python<'_>, path: &str, reason: &str) -> PyErr {
        InvalidEventError::new(self.index, path, reason).to_py_err(py)
    }
}

/// Goes through an iterable of events; a lone event, text or bytes is refused.
pub(crate) fn event_list<'py>(
    intake: Intake<'_>,
    events: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyIterator>> {
    let is_one =
        intake.is_event(events) || events.is_instance_of::<PyString>() || events.is_instance_of::<PyBytes>();
    if !is_one && let Ok(events) = events.try_iter() {
        return Ok(events);
    }
    let hint = if intake.is_event(events) { "; put it into a list" } else { "" };
    let reason = format!("{} is no list of events{hint}", shown(events)?);
    Err(invalid_argument(events.py(), "events", &reason))
}

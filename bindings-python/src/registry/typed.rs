use std::sync::{Arc, Mutex, PoisonError};

use onefold::{EventType, Json, Position, StoredEvent};
use pyo3::prelude::*;

use crate::registry::codecs::{Codecs, Decoder};

/// The typed objects of one store's events.
pub(crate) struct TypedEvents {
    pub(crate) codecs: Arc<Codecs>,
    decoded: Option<Decoded>,
}

/// What was decoded already, by position. Only objects that nobody can change are shared so.
#[derive(Default)]
struct Decoded(Mutex<Vec<Option<Py<PyAny>>>>);

impl TypedEvents {
    /// Decodes every event each time someone asks: the events of a file are many.
    pub(crate) const fn new(codecs: Arc<Codecs>) -> Self {
        Self { codecs, decoded: None }
    }

    /// Keeps what was decoded, for a store whose events are in memory anyway and whose positions have no gaps.
    pub(crate) fn kept(codecs: Arc<Codecs>) -> Self {
        Self { codecs, decoded: Some(Decoded::default()) }
    }

    /// The object of the class that the registry has for the event; none where it has no class.
    pub(crate) fn object<'py>(
        &self,
        py: Python<'py>,
        stored: &StoredEvent<Json>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.codecs.decoder(&stored.event_type).map(|decoder| self.decoded(py, decoder, stored)).transpose()
    }

    /// The same for one event after another, but none for the plain dicts of a `TypedDict`, which do not tell
    /// their type.
    pub(crate) const fn telling(&self) -> Telling<'_> {
        Telling { types: self, last: None }
    }

    fn decoded<'py>(
        &self,
        py: Python<'py>,
        decoder: &Decoder,
        stored: &StoredEvent<Json>,
    ) -> PyResult<Bound<'py, PyAny>> {
        // Parts share a position, and an event that is not written yet has none.
        let has_place = stored.part == 0 && stored.position > Position::ZERO;
        let decoded = self.decoded.as_ref().filter(|_| decoder.is_shareable() && has_place);
        let Some(decoded) = decoded else {
            return decoder.decode(py, stored);
        };
        let index = usize::try_from(stored.position.get()).unwrap_or(usize::MAX);
        if let Some(object) = decoded.at(py, index) {
            return Ok(object);
        }
        let object = decoder.decode(py, stored)?;
        decoded.keep(index, &object);
        Ok(object)
    }
}

/// Looks decoders up, and remembers the last one: most events have the type of the one before.
pub(crate) struct Telling<'a> {
    types: &'a TypedEvents,
    last: Option<(EventType, Option<&'a Decoder>)>,
}

impl<'a> Telling<'a> {
    pub(crate) fn object<'py>(
        &mut self,
        py: Python<'py>,
        stored: &StoredEvent<Json>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let decoder = match &self.last {
            Some((event_type, decoder)) if *event_type == stored.event_type => *decoder,
            _ => self.look_up(&stored.event_type),
        };
        decoder.map(|decoder| self.types.decoded(py, decoder, stored)).transpose()
    }

    fn look_up(&mut self, event_type: &EventType) -> Option<&'a Decoder> {
        let decoder = self.types.codecs.decoder(event_type).filter(|decoder| decoder.tells_its_type());
        self.last = Some((event_type.clone(), decoder));
        decoder
    }
}

impl Decoded {
    fn at<'py>(&self, py: Python<'py>, index: usize) -> Option<Bound<'py, PyAny>> {
        let slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.get(index)?.as_ref().map(|object| object.bind(py).clone())
    }

    fn keep(&self, index: usize, object: &Bound<'_, PyAny>) {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() <= index {
            slots.resize_with(index + 1, || None);
        }
        // What another thread kept meanwhile stays: dropping it here could run Python under the lock.
        if let Some(slot @ None) = slots.get_mut(index) {
            *slot = Some(object.clone().unbind());
        }
    }
}

use std::collections::{HashMap, HashSet};

use onefold::{
    EventId, EventType, InvalidArgumentError, InvalidEventError, Position, StoredEvent, StreamId, Version,
};
use onefold_js::JsPayload;
use onefold_js::records::{from_record, whole};
use wasm_bindgen::JsCast;

use crate::backup::ImportError;
use crate::dom::Line;

/// A backup that is being read: checked line by line, and held until all of it is there.
///
/// ```no_run
/// # async fn restore(store: &onefold_indexeddb::IndexedDbStore, text: &str) -> Result<(), onefold_indexeddb::ImportError> {
/// let mut import = onefold_indexeddb::Import::new();
/// import.feed(text)?;
/// store.restore(import).await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Default)]
pub struct Import {
    events: Vec<StoredEvent<JsPayload>>,
    /// What has come of the next line.
    partial: String,
    state: State,
    ids: HashSet<EventId>,
    streams: HashMap<StreamId, Version>,
    position: Position,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Empty,
    Begun,
    Ended,
}

impl Import {
    /// A backup of which nothing is read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many events it has so far.
    pub fn events(&self) -> usize {
        self.events.len()
    }

    /// Takes the next part of the text, which may end within a line.
    ///
    /// # Errors
    /// [`ImportError`] for a line that is no event or does not go on where the one before ended.
    pub fn feed(&mut self, text: &str) -> Result<(), ImportError> {
        let mut rest = text;
        while let Some((end, beyond)) = rest.split_once('\n') {
            let mut line = std::mem::take(&mut self.partial);
            line.push_str(end);
            self.take(&line)?;
            rest = beyond;
        }
        self.partial.push_str(rest);
        Ok(())
    }

    /// All events, in the order of their positions.
    pub(crate) fn finish(mut self) -> Result<Vec<StoredEvent<JsPayload>>, ImportError> {
        let last = std::mem::take(&mut self.partial);
        self.take(&last)?;
        if self.state == State::Ended {
            return Ok(self.events);
        }
        Err(not_a_backup("it ends before its last line; export it again").into())
    }

    fn take(&mut self, line: &str) -> Result<(), ImportError> {
        if line.trim().is_empty() {
            return Ok(());
        }
        let line = Line::new(line);
        if let Some(fault) = line.fault() {
            let [path, reason] = [0, 1].map(|index| fault.get(index).as_string().unwrap_or_default());
            return Err(InvalidEventError::new(self.events.len(), path, reason).into());
        }
        match (self.state, line.is_header(), line.events(), line.record()) {
            (State::Empty, Some(true), ..) => self.state = State::Begun,
            (State::Empty, ..) => return Err(not_a_backup("its first line is not that of an export").into()),
            (State::Begun, _, _, Some(record)) => {
                let event = from_record(record.unchecked_ref())
                    .map_err(|error| InvalidEventError::new(self.events.len(), "id", error.reason))?;
                self.add(event)?;
            }
            (State::Begun, _, Some(events), _) if whole(events) == self.events.len() as u64 => {
                self.state = State::Ended;
            }
            (State::Begun, ..) => return Err(not_a_backup("events are missing; export it again").into()),
            (State::Ended, ..) => return Err(not_a_backup("it goes on after its last line").into()),
        }
        Ok(())
    }

    fn add(&mut self, event: StoredEvent<JsPayload>) -> Result<(), InvalidEventError> {
        let refuse =
            |path: &str, reason: String| Err(InvalidEventError::new(self.events.len(), path, reason));
        if let Err(error) = StreamId::new(event.stream_id.as_str()) {
            return refuse("stream_id", error.reason);
        }
        if let Err(error) = EventType::new(event.event_type.as_str()) {
            return refuse("type", error.reason);
        }
        if event.position <= self.position {
            return refuse("position", format!("{} does not come after {}", event.position, self.position));
        }
        let before = self.streams.get(&event.stream_id).copied().unwrap_or_default();
        if event.version != before.next() {
            return refuse("version", format!("{} does not follow on {before}", event.version));
        }
        if !self.ids.insert(event.id) {
            return refuse("id", format!("`{}` is there twice", event.id));
        }
        self.position = event.position;
        self.streams.insert(event.stream_id.clone(), event.version);
        self.events.push(event);
        Ok(())
    }
}

fn not_a_backup(reason: &str) -> InvalidArgumentError {
    InvalidArgumentError::new("backup", reason)
}

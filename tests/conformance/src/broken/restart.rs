//! Faults that show after a restart: A5, R5.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use onefold::{Appended, EventId, WriteError};

use super::{Append, Fault, Memory, fresh_id};

/// Has another epoch after every restart, so that no cursor holds.
pub struct EpochForgotten {
    epoch: EventId,
}

impl Default for EpochForgotten {
    fn default() -> Self {
        Self { epoch: fresh_id() }
    }
}

impl Fault for EpochForgotten {
    fn epoch(&self, _: EventId) -> EventId {
        self.epoch
    }

    fn is_durable(&self) -> bool {
        true
    }

    fn restart(&mut self) {
        self.epoch = fresh_id();
    }
}

/// Knows the ids since the last restart only: a retry across it is written a second time.
#[derive(Default)]
pub struct IdsForgotten {
    since: Mutex<HashSet<EventId>>,
}

impl Fault for IdsForgotten {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, mut events, expected } = append;
        let known = store.known(&events)?;
        for (event, known) in events.iter_mut().zip(known) {
            let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
            event.id = if known.is_some() && !since.contains(&event.id) { fresh_id() } else { event.id };
            since.insert(event.id);
        }
        store.append(Append { stream_id, events, expected })
    }

    fn is_durable(&self) -> bool {
        true
    }

    fn restart(&mut self) {
        self.since = Mutex::default();
    }
}

//! Faults that show only when several are at work: A2, A3, A5, R3.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use onefold::{
    Appended, ConflictError, ExpectedVersion, Filter, Json, LogRange, Position, StoreError, StoredEvent,
    WriteError,
};

use super::{Append, Fault, Memory, fresh_id};

/// Long enough that another thread gets between.
fn pause() {
    std::thread::sleep(Duration::from_millis(1));
}

/// Lets an append at any version conflict: it looks the version up and appends there.
#[derive(Default)]
pub struct AnyConflicts;

impl Fault for AnyConflicts {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, events, expected } = append;
        let new = store.known(&events)?.iter().all(Option::is_none);
        if expected != ExpectedVersion::Any || !new || events.is_empty() {
            return store.append(Append { stream_id, events, expected });
        }
        let version = store.stream_version(stream_id)?;
        pause();
        store.append(Append { stream_id, events, expected: ExpectedVersion::Exact(version) })
    }
}

/// Checks the version before it writes, not while.
#[derive(Default)]
pub struct CheckedBefore;

impl Fault for CheckedBefore {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, events, expected } = append;
        let actual = store.stream_version(stream_id)?;
        let new = store.known(&events)?.iter().all(Option::is_none);
        if !new {
            return store.append(Append { stream_id, events, expected });
        }
        if !expected.accepts(actual) {
            return Err(ConflictError { stream_id: stream_id.clone(), expected, actual }.into());
        }
        pause();
        store.append(Append { stream_id, events, expected: ExpectedVersion::Any })
    }
}

/// Looks ids up before it writes, not while: of two identical appends at once both are written.
#[derive(Default)]
pub struct IdsLookedUpBefore;

impl Fault for IdsLookedUpBefore {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, mut events, expected } = append;
        let new = store.known(&events)?.iter().all(Option::is_none);
        pause();
        let known = store.known(&events)?;
        for (event, known) in events.iter_mut().zip(known) {
            event.id = if new && known.is_some() { fresh_id() } else { event.id };
        }
        store.append(Append { stream_id, events, expected })
    }
}

/// Lets readers see the first events of an append before the last ones are there.
#[derive(Default)]
pub struct SeenInPart;

impl Fault for SeenInPart {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, events, expected } = append;
        let new = store.known(&events)?.iter().all(Option::is_none);
        // The large appends of some cases would take minutes.
        if expected != ExpectedVersion::Any || !new || events.len() > 10 {
            return store.append(Append { stream_id, events, expected });
        }
        let mut appended = store.append(Append { stream_id, events: Vec::new(), expected })?;
        for event in events {
            appended =
                store.append(Append { stream_id, events: vec![event], expected: ExpectedVersion::Any })?;
            pause();
        }
        Ok(Appended { recorded: None, ..appended })
    }
}

/// Shows later positions while earlier ones are still being written: a reader that goes on from them skips.
#[derive(Default)]
pub struct SkippingReader {
    unseen: Mutex<HashSet<Position>>,
}

impl Fault for SkippingReader {
    fn append(&self, store: &Memory, append: Append<'_>) -> Result<Appended, WriteError> {
        let Append { stream_id, events, expected } = append;
        let unseen = || self.unseen.lock().unwrap_or_else(PoisonError::into_inner);
        let appended = {
            // Under the lock, so that no reader comes between the write and its hiding.
            let mut unseen = unseen();
            let appended = store.append(Append { stream_id, events, expected })?;
            unseen.extend(appended.recorded.iter().flat_map(|recorded| &recorded.positions));
            appended
        };
        if appended.position.get().is_multiple_of(3) {
            pause();
        }
        for position in appended.recorded.iter().flat_map(|recorded| &recorded.positions) {
            unseen().remove(position);
        }
        Ok(appended)
    }

    fn read_all(
        &self,
        store: &Memory,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        let unseen = self.unseen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut events = store.read_all(range, filter)?;
        events.retain(|event| !unseen.contains(&event.position));
        Ok(events)
    }
}

//! Appends: decided here, within transactions that JavaScript makes (`js/writer.js`).

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use js_sys::Array;
use onefold::{
    Appended, ConflictError, Envelope, ExpectedVersion, Host, Place, Position, Recorded, Replay, StoreError,
    StoreErrorKind, StoredEvent, StreamId, Timestamp, Version, WriteError, replay,
};
use onefold_js::JsPayload;
use onefold_js::records::{micros, whole};
use wasm_bindgen::{JsValue, prelude::Closure};

use crate::commit::commit;
use crate::dom::Writer;
use crate::event::event_of;

/// An append that waits for its turn.
pub(crate) struct Append {
    pub(crate) stream_id: StreamId,
    pub(crate) events: Vec<Envelope<JsPayload>>,
    pub(crate) expected: ExpectedVersion,
    outcome: RefCell<Option<Result<Appended, WriteError>>>,
}

impl Append {
    pub(crate) const fn new(
        stream_id: StreamId,
        events: Vec<Envelope<JsPayload>>,
        expected: ExpectedVersion,
    ) -> Self {
        Self { stream_id, events, expected, outcome: RefCell::new(None) }
    }

    /// Writes it in its turn.
    ///
    /// # Errors
    /// The inner one is the outcome; the outer one is what the database threw.
    pub(crate) async fn written(
        self,
        writer: &Writer,
        host: Arc<dyn Host>,
    ) -> Result<Result<Appended, WriteError>, JsValue> {
        let append = Rc::new(self);
        let decide = {
            let append = append.clone();
            Closure::<dyn Fn(f64, f64, f64, JsValue, bool) -> Option<f64>>::new(
                move |head: f64, version: f64, position: f64, stored: JsValue, is_in_doubt: bool| {
                    let end = Place {
                        version: Version::new(whole(version)),
                        position: Position::new(whole(position)),
                    };
                    // Once it is known what is at the head, so that later positions have later moments.
                    let now = host.now();
                    append.decide(Position::new(whole(head)), end, &stored_events(&stored), is_in_doubt, now)
                },
            )
        };
        writer.append(append.stream_id.as_str(), &commit(&append.events), decide.as_ref()).await?;
        Ok(append.outcome.take().unwrap_or_else(|| {
            Err(StoreError::new(StoreErrorKind::Failed, "the append was not decided; load the page anew")
                .into())
        }))
    }

    /// Decides it, given where the store and its stream end, what the store has under its ids, if anything, and whether
    /// a try before may have been kept though it failed. Gives when the events are recorded; nothing where none is to
    /// be written. Each decision takes the place of the one before.
    fn decide(
        &self,
        head: Position,
        end: Place,
        stored: &[Option<StoredEvent<JsPayload>>],
        is_in_doubt: bool,
        now: Timestamp,
    ) -> Option<f64> {
        let outcome = self.decided(head, end, stored, now);
        let mut before = self.outcome.borrow_mut();
        // If the try before was kept after all, it finds its own events, which are no duplicates.
        if let (Ok(now), Some(Ok(before))) = (&outcome, before.as_ref())
            && is_in_doubt
            && now.duplicate
            && is_own(before, stored)
        {
            return None;
        }
        let recorded = outcome.as_ref().ok().and_then(|appended| appended.recorded.as_ref());
        let recorded_at = recorded.map(|recorded| micros(recorded.recorded_at));
        *before = Some(outcome);
        recorded_at
    }

    /// By the contract ids are looked up before the version is checked.
    fn decided(
        &self,
        head: Position,
        end: Place,
        stored: &[Option<StoredEvent<JsPayload>>],
        recorded_at: Timestamp,
    ) -> Result<Appended, WriteError> {
        let Self { stream_id, events, expected, .. } = self;
        if let Replay::Repeated { version, position } = replay(stream_id, *expected, events, stored)? {
            return Ok(Appended { version, position, duplicate: true, recorded: None });
        }
        let Place { version, position } = end;
        if !expected.accepts(version) {
            let (stream_id, expected) = (stream_id.clone(), *expected);
            return Err(ConflictError { stream_id, expected, actual: version }.into());
        }
        if events.is_empty() {
            return Ok(Appended { version, position, duplicate: false, recorded: None });
        }
        let count = events.len() as u64;
        let positions = (1..=count).map(|index| head.plus(index)).collect();
        Ok(Appended {
            version: version.plus(count),
            position: head.plus(count),
            duplicate: false,
            recorded: Some(Recorded { recorded_at, positions }),
        })
    }
}

/// Whether what is stored is what an earlier try wrote: somebody else may have appended the same events since.
fn is_own(before: &Appended, stored: &[Option<StoredEvent<JsPayload>>]) -> bool {
    let (Some(recorded), Some(Some(first))) = (&before.recorded, stored.first()) else {
        return false;
    };
    first.recorded_at == recorded.recorded_at && recorded.positions.first() == Some(&first.position)
}

/// The events that an array of records is, or none for `undefined`.
fn stored_events(records: &JsValue) -> Vec<Option<StoredEvent<JsPayload>>> {
    if records.is_undefined() {
        return Vec::new();
    }
    Array::from(records).iter().map(|record| event_of(&record)).collect()
}

#[cfg(test)]
mod tests {
    use onefold::{EventId, EventType, Metadata};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_000);
    const LATER: Timestamp = Timestamp::from_micros(2_000);
    const START: Place = Place { version: Version::ZERO, position: Position::ZERO };

    #[wasm_bindgen_test]
    fn what_an_append_in_doubt_did_store_is_no_duplicate() {
        let append = append();
        assert!(append.decide(Position::ZERO, START, &[], false, NOW).is_some());
        // The connection is lost before it is known that this was kept: it is decided again.
        assert_eq!(append.decide(Position::new(1), START, &[Some(stored(NOW))], true, LATER), None);
        assert!(!appended(&append).duplicate);
        // A retry of the user's is something else.
        let retry = self::append();
        assert_eq!(retry.decide(Position::new(1), START, &[Some(stored(NOW))], false, LATER), None);
        assert!(appended(&retry).duplicate);
    }

    #[wasm_bindgen_test]
    fn what_somebody_else_stored_meanwhile_is_a_duplicate() {
        let append = append();
        assert!(append.decide(Position::ZERO, START, &[], false, NOW).is_some());
        // That was not kept, and somebody else appended the same events a little later, at the same place.
        assert_eq!(append.decide(Position::new(1), START, &[Some(stored(LATER))], true, LATER), None);
        assert!(appended(&append).duplicate);
    }

    #[wasm_bindgen_test]
    fn what_somebody_else_stored_instead_is_a_duplicate_also_at_the_same_moment() {
        let append = append();
        assert!(append.decide(Position::ZERO, START, &[], false, NOW).is_some());
        // Somebody else has written first, so that this was certainly not kept.
        assert_eq!(append.decide(Position::new(1), START, &[Some(stored(NOW))], false, NOW), None);
        assert!(appended(&append).duplicate);
    }

    #[wasm_bindgen_test]
    fn what_was_lost_is_written_by_the_second_try() {
        let append = append();
        assert!(append.decide(Position::ZERO, START, &[], false, NOW).is_some());
        assert_eq!(append.decide(Position::new(6), START, &[None], true, LATER), Some(micros(LATER)));
        assert_eq!(appended(&append).position, Position::new(7));
    }

    fn append() -> Append {
        Append::new(StreamId::new("Order-1").unwrap(), vec![envelope()], ExpectedVersion::NoStream)
    }

    fn envelope() -> Envelope<JsPayload> {
        Envelope {
            id: EventId::from_bytes([7; 16]),
            event_type: EventType::new("Placed").unwrap(),
            schema_version: 1,
            data: JsPayload::take(&1.into()).unwrap(),
            metadata: Metadata::none(),
        }
    }

    fn stored(recorded_at: Timestamp) -> StoredEvent<JsPayload> {
        let stream_id = StreamId::new("Order-1").unwrap();
        StoredEvent::record(envelope(), stream_id, Version::new(1), Position::new(1), recorded_at)
    }

    fn appended(append: &Append) -> Appended {
        append.outcome.take().unwrap().unwrap()
    }
}

//! Runs of ids. A commit is indexed by the first id of each run in it, so that a hundred events cost one entry; an
//! id is found by the greatest start up to it, since a run holds every id from its start to its end.

use onefold::{Envelope, EventId};

/// Ids are read back by counting in their last 48 bits: a run ends where these overflow.
const COUNTED: u128 = (1 << 48) - 1;

/// Ids that count up by one, in the order of their events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) first: EventId,
    pub(crate) length: u32,
}

impl Run {
    fn continues_with(self, id: EventId) -> bool {
        let next = number(self.first).saturating_add(u128::from(self.length));
        number(id) == next && next & COUNTED != 0
    }
}

/// The runs that the ids of these events make.
pub(crate) fn runs<P>(events: &[Envelope<P>]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for event in events {
        match runs.last_mut() {
            Some(run) if run.continues_with(event.id) => run.length += 1,
            _ => runs.push(Run { first: event.id, length: 1 }),
        }
    }
    runs
}

fn number(id: EventId) -> u128 {
    u128::from_be_bytes(*id.as_bytes())
}

#[cfg(test)]
mod tests {
    use onefold::{EventType, Json, Metadata};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn ids_that_count_up_are_one_run_and_others_are_apart() {
        let found = runs_of(&[7, 8, 9, 4, 5, 20]);
        assert_eq!(found, [(7, 3), (4, 2), (20, 1)]);
    }

    #[wasm_bindgen_test]
    fn a_run_ends_where_the_counted_digits_overflow() {
        assert_eq!(runs_of(&[COUNTED - 1, COUNTED, COUNTED + 1]), [(COUNTED - 1, 2), (COUNTED + 1, 1)]);
    }

    #[wasm_bindgen_test]
    fn the_greatest_id_is_a_run_of_its_own() {
        assert_eq!(runs_of(&[u128::MAX]), [(u128::MAX, 1)]);
    }

    fn runs_of(ids: &[u128]) -> Vec<(u128, u32)> {
        let events: Vec<_> = ids.iter().map(|id| event(*id)).collect();
        runs(&events).iter().map(|run| (number(run.first), run.length)).collect()
    }

    fn event(number: u128) -> Envelope<Json> {
        Envelope {
            id: id(number),
            event_type: EventType::from_stored("Counted"),
            schema_version: 1,
            data: Json::parse("{}").unwrap(),
            metadata: Metadata::none(),
        }
    }

    fn id(number: u128) -> EventId {
        EventId::from_bytes(number.to_be_bytes())
    }
}

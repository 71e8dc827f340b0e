use std::sync::Arc;

use js_sys::Array;
use onefold::{
    InvalidArgumentError, Page, Position, ReadError, Recorded, Registry, Seen, StoredEvent, Version,
};
use wasm_bindgen::prelude::*;

use crate::records::{Record, from_record, micros, number, to_records, whole};
use crate::{JsPayload, JsUpcaster};

#[wasm_bindgen(module = "/modules/records.js")]
extern "C" {
    #[wasm_bindgen(js_name = recorded)]
    fn with_places(
        records: &Array,
        after: f64,
        recorded_at: f64,
        first: f64,
        positions: Option<Vec<f64>>,
    ) -> Array;
    #[wasm_bindgen(js_name = lastVersion)]
    fn last_version(records: &Array) -> f64;
    #[wasm_bindgen(js_name = lastPosition)]
    fn last_position(records: &Array) -> f64;
}

/// A page that stays in JavaScript: a handle on an array of [records](crate::records).
#[derive(Clone, Default)]
pub struct JsPage {
    records: Array,
    len: usize,
}

impl JsPage {
    /// Takes an array of records. Nobody may change the array afterwards.
    pub fn new(records: Array) -> Self {
        let len = records.length() as usize;
        Self { records, len }
    }

    /// The same, of an array whose length is known on this side.
    pub(crate) const fn of_len(records: Array, len: usize) -> Self {
        Self { records, len }
    }

    /// The records.
    pub const fn records(&self) -> &Array {
        &self.records
    }

    /// The records as events: each of them crosses the border.
    ///
    /// # Errors
    /// Where an id is no UUID.
    pub fn events(&self) -> Result<Vec<StoredEvent<JsPayload>>, InvalidArgumentError> {
        self.records.iter().map(|record| from_record(record.unchecked_ref::<Record>())).collect()
    }
}

impl Page for JsPage {
    type Payload = JsPayload;
    type Upcaster = JsUpcaster;

    fn upcaster(registry: &Arc<Registry<JsPayload>>) -> JsUpcaster {
        JsUpcaster::new(registry.clone())
    }

    fn len(&self) -> usize {
        self.len
    }

    fn last_version(&self) -> Option<Version> {
        (self.len > 0).then(|| Version::new(whole(last_version(&self.records))))
    }

    fn last_position(&self) -> Option<Position> {
        (self.len > 0).then(|| Position::new(whole(last_position(&self.records))))
    }

    fn append(&mut self, more: Self) {
        // The array may be someone else's page as well: it stays as it is.
        self.records = self.records.concat(&more.records);
        self.len += more.len;
    }

    fn upcast(self, upcaster: &JsUpcaster, limit: Option<usize>) -> Result<Seen<Self>, ReadError> {
        upcaster.upcast(&self.records, limit)
    }

    fn recorded(self, after: Version, recorded: &Recorded) -> Self {
        let Recorded { recorded_at, positions } = recorded;
        let first = positions.first().map_or(0, |first| first.get());
        // Most stores count up within an append: then the first position says all.
        let is_run = positions.iter().zip(first..).all(|(position, next)| position.get() == next);
        let each =
            (!is_run).then(|| positions.iter().map(|position| number(position.get())).collect::<Vec<_>>());
        let records =
            with_places(&self.records, number(after.get()), micros(*recorded_at), number(first), each);
        Self::of_len(records, self.len)
    }
}

impl From<Vec<StoredEvent<JsPayload>>> for JsPage {
    fn from(events: Vec<StoredEvent<JsPayload>>) -> Self {
        Self::of_len(to_records(&events), events.len())
    }
}

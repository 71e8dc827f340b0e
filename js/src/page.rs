use std::sync::Arc;

use js_sys::Array;
use onefold::{
    InvalidArgumentError, Page, Place, Position, ReadError, Recorded, Registry, Seen, StoredEvent, Version,
};
use wasm_bindgen::prelude::*;

use crate::records::{Record, from_record, micros, number, to_records, whole};
use crate::{JsPayload, JsUpcaster};

#[wasm_bindgen(module = "/modules/records.js")]
extern "C" {
    #[wasm_bindgen(js_name = recorded)]
    fn with_places(records: &Array, after: f64, recorded_at: f64, positions: &[f64]) -> Array;
    #[wasm_bindgen(js_name = lastVersion)]
    fn last_version(records: &Array) -> f64;
    #[wasm_bindgen(js_name = lastPosition)]
    fn last_position(records: &Array) -> f64;
}

/// A page that stays in JavaScript: a handle on an array of [records](crate::records).
#[derive(Clone, Default)]
pub struct JsPage(Array);

impl JsPage {
    /// Takes an array of records. Nobody may change the array afterwards.
    pub fn new(records: Array) -> Self {
        Self(records)
    }

    /// The records.
    pub fn records(&self) -> &Array {
        &self.0
    }

    /// The records as events: each of them crosses the border.
    ///
    /// # Errors
    /// Where an id is no UUID.
    pub fn events(&self) -> Result<Vec<StoredEvent<JsPayload>>, InvalidArgumentError> {
        self.0.iter().map(|record| from_record(record.unchecked_ref::<Record>())).collect()
    }
}

impl Page for JsPage {
    type Payload = JsPayload;
    type Upcaster = JsUpcaster;

    fn upcaster(registry: &Arc<Registry<JsPayload>>) -> JsUpcaster {
        JsUpcaster::new(registry.clone())
    }

    fn len(&self) -> usize {
        self.0.length() as usize
    }

    fn last_place(&self) -> Option<Place> {
        let version = Version::new(whole(last_version(&self.0)));
        let position = || Position::new(whole(last_position(&self.0)));
        (version > Version::ZERO).then(|| Place { version, position: position() })
    }

    fn append(&mut self, more: Self) {
        // The array may be someone else's page as well: it stays as it is.
        self.0 = self.0.concat(&more.0);
    }

    fn upcast(self, upcaster: &JsUpcaster, limit: Option<usize>) -> Result<Seen<Self>, ReadError> {
        upcaster.upcast(&self.0, limit)
    }

    fn recorded(self, after: Version, recorded: &Recorded) -> Self {
        let positions: Vec<_> = recorded.positions.iter().map(|position| number(position.get())).collect();
        Self(with_places(&self.0, number(after.get()), micros(recorded.recorded_at), &positions))
    }
}

impl From<Vec<StoredEvent<JsPayload>>> for JsPage {
    fn from(events: Vec<StoredEvent<JsPayload>>) -> Self {
        Self(to_records(&events))
    }
}

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::RandomState;
use js_sys::Array;
use onefold::{Filter, MemoryLog, StoredEvent, StreamId};
use wasm_bindgen::prelude::*;

use crate::records::{self, Record, from_record, keep_records, name_stream, number, stream_text};
use crate::{JsPage, JsPayload};

#[wasm_bindgen(module = "/modules/log.js")]
extern "C" {
    fn slice(records: &Array, start: f64, end: f64, backwards: bool) -> Array;
    fn matching(
        records: &Array,
        start: f64,
        end: f64,
        backwards: bool,
        filter: &JsValue,
        limit: f64,
    ) -> Array;
}

/// Where the store in memory keeps its events in JavaScript: arrays of frozen [records].
#[derive(Default)]
pub struct JsLog {
    all: Array,
    /// How many records `all` has.
    len: usize,
    streams: HashMap<StreamId, Stream, RandomState>,
}

struct Stream {
    /// Its id; the text crosses once.
    id: JsValue,
    records: Array,
    len: usize,
}

impl Stream {
    fn new(id: &StreamId) -> Self {
        Self { id: stream_text(id), records: Array::new(), len: 0 }
    }
}

impl MemoryLog<JsPayload> for JsLog {
    type Page = JsPage;

    fn push(&mut self, stream_id: &StreamId, events: Vec<StoredEvent<JsPayload>>) {
        let count = events.len();
        let stream = self.streams.entry(stream_id.clone()).or_insert_with(|| Stream::new(stream_id));
        keep_records(&stream.id, &stream.records, &self.all, &events);
        stream.len += count;
        self.len += count;
    }

    fn len(&self) -> usize {
        self.len
    }

    fn stream_len(&self, stream_id: &StreamId) -> usize {
        self.streams.get(stream_id).map_or(0, |stream| stream.len)
    }

    fn event(&self, place: usize) -> Option<StoredEvent<JsPayload>> {
        let record = self.all.get(u32::try_from(place).ok()?);
        // The ids of the log are its own: each is a UUID.
        if record.is_undefined() { None } else { from_record(record.unchecked_ref::<Record>()).ok() }
    }

    fn stream(&self, stream_id: &StreamId, places: Range<usize>, backwards: bool) -> JsPage {
        let Some(stream) = self.streams.get(stream_id) else {
            return JsPage::default();
        };
        name_stream(stream_id, &stream.id);
        let end = places.end.min(stream.len);
        let start = places.start.min(end);
        let records = slice(&stream.records, place(start), place(end), backwards);
        JsPage::of_len(records, end - start)
    }

    fn all(&self, places: Range<usize>, backwards: bool, filter: &Filter, limit: Option<usize>) -> JsPage {
        let end = places.end.min(self.len);
        let start = places.start.min(end);
        let limit = limit.map_or(f64::INFINITY, place);
        let filter = records::filter(filter);
        JsPage::new(matching(&self.all, place(start), place(end), backwards, &filter, limit))
    }
}

fn place(place: usize) -> f64 {
    number(place as u64)
}

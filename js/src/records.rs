//! Records: stored events as plain JavaScript objects
//! `{id, type, schemaVersion, part, data, metadata, streamId, version, position, recordedAt}`.
//!
//! `recordedAt` counts microseconds since 1970; the members of `metadata` are `correlationId`, `causationId`, `tenant`
//! and `extra`, each only where there is one. A record can be cloned and written as it is.

use std::cell::RefCell;
use std::sync::Arc;

use js_sys::Array;
use onefold::{EventId, EventType, Filter, Metadata, Position, StoredEvent, StreamId, Timestamp, Version};
use wasm_bindgen::prelude::*;

use crate::JsPayload;

#[wasm_bindgen(module = "/modules/records.js")]
extern "C" {
    #[wasm_bindgen(js_name = addRecord)]
    fn add_record(
        records: &Array,
        log: &JsValue,
        id: &JsValue,
        event_type: &JsValue,
        schema_version: u32,
        part: u32,
        data: &JsValue,
        metadata: &JsValue,
        stream_id: &JsValue,
        version: f64,
        position: f64,
        recorded_at: f64,
    );

    /// The text of a UUID. Made of numbers there, it costs half of a text that crosses.
    fn uuid(a: i32, b: i32, c: i32, d: i32) -> JsValue;

    #[wasm_bindgen(js_name = metadata)]
    fn make_metadata(
        correlation_id: Option<&str>,
        causation_id: Option<&str>,
        tenant: Option<&str>,
        extra: &JsValue,
    ) -> JsValue;

    #[wasm_bindgen(js_name = noMetadata)]
    fn no_metadata() -> JsValue;

    #[wasm_bindgen(js_name = filter)]
    fn make_filter(
        category: Option<&str>,
        types: Option<Vec<JsValue>>,
        tenant: Option<&str>,
        correlation_id: Option<&str>,
        recorded_from: Option<f64>,
        recorded_to: Option<f64>,
    ) -> JsValue;
}

#[wasm_bindgen]
extern "C" {
    /// A record, to be read.
    pub type Record;
    #[wasm_bindgen(method, getter)]
    fn id(this: &Record) -> String;
    #[wasm_bindgen(method, getter, js_name = type)]
    fn event_type(this: &Record) -> String;
    #[wasm_bindgen(method, getter, js_name = schemaVersion)]
    fn schema_version(this: &Record) -> u32;
    #[wasm_bindgen(method, getter)]
    fn part(this: &Record) -> u32;
    #[wasm_bindgen(method, getter)]
    fn data(this: &Record) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn metadata(this: &Record) -> JsMetadata;
    #[wasm_bindgen(method, getter, js_name = streamId)]
    fn stream_id(this: &Record) -> String;
    #[wasm_bindgen(method, getter)]
    fn version(this: &Record) -> f64;
    #[wasm_bindgen(method, getter)]
    fn position(this: &Record) -> f64;
    #[wasm_bindgen(method, getter, js_name = recordedAt)]
    fn recorded_at(this: &Record) -> f64;

    /// The metadata of a record.
    pub type JsMetadata;
    #[wasm_bindgen(method, getter, js_name = correlationId)]
    fn correlation_id(this: &JsMetadata) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = causationId)]
    fn causation_id(this: &JsMetadata) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn tenant(this: &JsMetadata) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn extra(this: &JsMetadata) -> JsValue;
}

/// Makes records of events.
pub fn to_records(events: &[StoredEvent<JsPayload>]) -> Array {
    let records = Array::new();
    TEXTS.with_borrow_mut(|texts| {
        for event in events {
            texts.add_record(&records, &JsValue::UNDEFINED, None, event);
        }
    });
    records
}

/// Makes records of events of one stream, frozen, at the end of those of the stream and of all.
pub(crate) fn keep_records(
    stream_id: &JsValue,
    stream: &Array,
    all: &Array,
    events: &[StoredEvent<JsPayload>],
) {
    TEXTS.with_borrow_mut(|texts| {
        for event in events {
            texts.add_record(stream, all, Some(stream_id), event);
        }
    });
}

/// The id of a stream in JavaScript.
pub(crate) fn stream_text(stream_id: &StreamId) -> JsValue {
    TEXTS.with_borrow_mut(|texts| crossed(&mut texts.stream_id, stream_id, name_text).clone())
}

/// Says what the id of a stream is in JavaScript, before records are made of its events: it need not cross again.
pub(crate) fn name_stream(stream_id: &StreamId, text: &JsValue) {
    TEXTS.with_borrow_mut(|texts| {
        crossed(&mut texts.stream_id, stream_id, |_| text.clone());
    });
}

thread_local! {
    static TEXTS: RefCell<Texts> = RefCell::default();
}

/// The texts that crossed last. Most events share their stream and type with the one before, and the events of a command
/// become records twice: as `evolve` sees them, and as they are stored.
#[derive(Default)]
struct Texts {
    id: Option<(EventId, JsValue)>,
    event_type: Option<(EventType, JsValue)>,
    stream_id: Option<(StreamId, JsValue)>,
}

impl Texts {
    fn add_record(
        &mut self,
        records: &Array,
        log: &JsValue,
        stream_id: Option<&JsValue>,
        event: &StoredEvent<JsPayload>,
    ) {
        let stream_id = match stream_id {
            Some(stream_id) => stream_id,
            None => crossed(&mut self.stream_id, &event.stream_id, name_text),
        };
        add_record(
            records,
            log,
            crossed(&mut self.id, &event.id, id_text),
            crossed(&mut self.event_type, &event.event_type, |name| name.as_str().into()),
            event.schema_version,
            event.part,
            event.data.value(),
            &given_metadata(&event.metadata),
            stream_id,
            number(event.version.get()),
            number(event.position.get()),
            micros(event.recorded_at),
        );
    }
}

/// The bits in four words.
#[expect(clippy::cast_possible_truncation, reason = "each word has 32 bits of them")]
const fn words(bits: u128) -> [i32; 4] {
    [(bits >> 96) as i32, (bits >> 64) as i32, (bits >> 32) as i32, bits as i32]
}

fn name_text(name: &StreamId) -> JsValue {
    name.as_str().into()
}

fn id_text(id: &EventId) -> JsValue {
    let [a, b, c, d] = words(id.uuid().as_u128());
    uuid(a, b, c, d)
}

/// The text in JavaScript, which crosses unless it did last time.
fn crossed<'a, T: Clone + PartialEq>(
    last: &'a mut Option<(T, JsValue)>,
    text: &T,
    cross: impl Fn(&T) -> JsValue,
) -> &'a JsValue {
    let is_last = last.as_ref().is_some_and(|(known, _)| known == text);
    let kept = last.take().filter(|_| is_last).unwrap_or_else(|| (text.clone(), cross(text)));
    &last.insert(kept).1
}

/// The event that a record is.
///
/// # Errors
/// Where its id is no UUID.
pub fn from_record(record: &Record) -> Result<StoredEvent<JsPayload>, onefold::InvalidArgumentError> {
    Ok(StoredEvent {
        id: record.id().parse::<EventId>()?,
        event_type: EventType::from_stored(record.event_type()),
        schema_version: record.schema_version(),
        part: record.part(),
        data: JsPayload::from_checked(record.data()),
        metadata: metadata_from_js(&record.metadata()),
        stream_id: StreamId::from_stored(record.stream_id()),
        version: Version::new(whole(record.version())),
        position: Position::new(whole(record.position())),
        recorded_at: timestamp(record.recorded_at()),
    })
}

/// Metadata as a record has it.
pub fn metadata_to_js(metadata: &Metadata<JsPayload>) -> JsValue {
    let given = given_metadata(metadata);
    if given.is_undefined() { no_metadata() } else { given }
}

/// The same; `undefined` where there is none, as with most events.
pub fn given_metadata(metadata: &Metadata<JsPayload>) -> JsValue {
    let Metadata { correlation_id, causation_id, tenant, extra } = metadata;
    if correlation_id.is_none() && causation_id.is_none() && tenant.is_none() && extra.is_none() {
        return JsValue::UNDEFINED;
    }
    make_metadata(
        correlation_id.as_deref(),
        causation_id.as_deref(),
        tenant.as_deref(),
        extra.as_ref().map_or(&JsValue::UNDEFINED, JsPayload::value),
    )
}

fn metadata_from_js(metadata: &JsMetadata) -> Metadata<JsPayload> {
    let extra = metadata.extra();
    Metadata {
        correlation_id: metadata.correlation_id().map(Arc::from),
        causation_id: metadata.causation_id().map(Arc::from),
        tenant: metadata.tenant().map(Arc::from),
        extra: (!extra.is_undefined()).then(|| JsPayload::from_checked(extra)),
    }
}

/// A filter for `matches` in `modules/records.js`: `{category, types, tenant, correlationId, recordedFrom,
/// recordedTo}`, with `types` as a `Set` and moments in microseconds; `undefined` where every record matches.
pub fn filter(filter: &Filter) -> JsValue {
    make_filter(
        filter.category.as_deref(),
        filter.types.as_ref().map(|types| types.iter().map(|name| name.as_str().into()).collect()),
        filter.tenant.as_deref(),
        filter.correlation_id.as_deref(),
        filter.recorded_from.map(micros),
        filter.recorded_to.map(micros),
    )
}

/// A version or position as JavaScript has it.
#[expect(clippy::cast_precision_loss, reason = "versions and positions end at 2^53 - 1")]
pub const fn number(number: u64) -> f64 {
    number as f64
}

/// A version or position that JavaScript gave.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is no such number saturates, and the newtypes end at 2^53 - 1"
)]
pub const fn whole(number: f64) -> u64 {
    number as u64
}

/// A moment in microseconds since 1970, as records have it.
#[expect(clippy::cast_precision_loss, reason = "exact until the year 2255")]
pub const fn micros(moment: Timestamp) -> f64 {
    moment.as_micros() as f64
}

/// The moment of a record.
#[expect(clippy::cast_possible_truncation, reason = "a float that does not fit saturates")]
pub const fn timestamp(micros: f64) -> Timestamp {
    Timestamp::from_micros(micros as i64)
}

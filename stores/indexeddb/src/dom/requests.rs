use js_sys::{Array, Function, Promise};
use onefold::{EventId, Position, StreamId, Version};
use onefold_js::records::{number, whole};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbIndex, IdbObjectStore, IdbRequest, IdbTransaction};

use crate::dom::Fault;
use crate::options::Durability;

#[wasm_bindgen(module = "/js/requests.js")]
extern "C" {
    #[wasm_bindgen(js_name = settled)]
    fn settled_promise(request: &IdbRequest) -> Promise;

    #[wasm_bindgen(js_name = begun, catch)]
    fn begun(
        database: &IdbDatabase,
        store: &str,
        durability: Option<&str>,
    ) -> Result<IdbTransaction, JsValue>;

    #[wasm_bindgen(js_name = committed)]
    fn committed_promise(transaction: &IdbTransaction) -> Promise;

    #[wasm_bindgen(js_name = opened, catch)]
    fn opened_promise(
        name: &str,
        version: u32,
        patience: u32,
        migrate: &Function,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_name = storeHead)]
    fn store_head_promise(commits: &IdbObjectStore) -> Promise;

    #[wasm_bindgen(js_name = streamHead)]
    fn stream_head_promise(commits: &IdbObjectStore, stream: &str) -> Promise;

    #[wasm_bindgen(js_name = runStart)]
    fn run_start_promise(commits: &IdbObjectStore, id: &str) -> Promise;

    #[wasm_bindgen(js_name = lookedUp)]
    fn looked_up_promise(
        commits: &IdbObjectStore,
        head: Option<f64>,
        streams: &Array,
        ids: &Array,
    ) -> Promise;

    #[wasm_bindgen(js_name = covering)]
    fn covering_promise(source: &JsValue, prefix: &Array, first: f64, last: f64) -> Promise;

    #[wasm_bindgen(js_name = positionsTagged)]
    fn positions_tagged_promise(tags: &IdbIndex, prefix: &Array, first: f64, most: u32) -> Promise;
}

/// What a request comes to.
pub(crate) async fn settled(request: Result<IdbRequest, JsValue>) -> Result<JsValue, Fault> {
    Ok(JsFuture::from(settled_promise(&request?)).await?)
}

/// Begins a transaction on one object store, for reading or to write this durably. (web-sys calls durability
/// unstable, though all browsers have had it since 2023.)
pub(crate) fn begin(
    database: &IdbDatabase,
    store: &str,
    durability: Option<Durability>,
) -> Result<IdbTransaction, Fault> {
    let durability = durability.map(|durability| match durability {
        Durability::Strict => "strict",
        Durability::Relaxed => "relaxed",
    });
    Ok(begun(database, store, durability)?)
}

/// Commits a transaction, and waits until it is kept.
pub(crate) async fn commit(transaction: &IdbTransaction) -> Result<(), Fault> {
    JsFuture::from(committed_promise(transaction)).await?;
    Ok(())
}

/// Opens a database; `migrate` gets it with its transaction and its version, and makes or changes its stores.
///
/// It is a `TimeoutError` when others stay in the way for longer than `patience` milliseconds.
pub(crate) async fn open(
    name: &str,
    version: u32,
    patience: u32,
    migrate: impl Fn(IdbDatabase, IdbTransaction, u32) -> Result<(), JsValue> + 'static,
) -> Result<IdbDatabase, Fault> {
    let migrate = Closure::<dyn Fn(IdbDatabase, IdbTransaction, u32) -> Result<(), JsValue>>::new(migrate);
    let opened = opened_promise(name, version, patience, migrate.as_ref().unchecked_ref())?;
    Ok(JsFuture::from(opened).await?.unchecked_into())
}

/// The position of the last event.
pub(crate) async fn store_head(commits: &IdbObjectStore) -> Result<Position, Fault> {
    Ok(Position::new(count(&JsFuture::from(store_head_promise(commits)).await?)))
}

/// Where a stream ends.
pub(crate) async fn stream_head(commits: &IdbObjectStore, stream_id: &StreamId) -> Result<StreamHead, Fault> {
    Ok(StreamHead::new(JsFuture::from(stream_head_promise(commits, stream_id.as_str())).await?))
}

/// The greatest start of a run of ids up to this one.
pub(crate) async fn run_start(commits: &IdbObjectStore, id: EventId) -> Result<Option<EventId>, Fault> {
    Ok(event_id(&JsFuture::from(run_start_promise(commits, &id.to_string())).await?))
}

/// Looks up some streams and some ids in one round, and whether the head is still what it was, if that is known.
pub(crate) async fn look_up(
    commits: &IdbObjectStore,
    head: Option<Position>,
    streams: impl Iterator<Item = &StreamId>,
    ids: impl Iterator<Item = EventId>,
) -> Result<LookedUp, Fault> {
    let head = head.map(|head| number(head.get()));
    let streams = streams.map(|stream| JsValue::from_str(stream.as_str())).collect();
    let ids = ids.map(|id| JsValue::from(id.to_string())).collect();
    let found = array(JsFuture::from(looked_up_promise(commits, head, &streams, &ids)).await?);
    Ok(LookedUp {
        head: Position::new(count(&found.get(0))),
        greatest_run: event_id(&found.get(1)),
        streams: array(found.get(2)).iter().map(StreamHead::new).collect(),
        runs: array(found.get(3)).iter().map(|start| event_id(&start)).collect(),
    })
}

/// The commits that hold the places from `first` to `last`, which may be infinite, in ascending order. The keys
/// of `source` begin with `prefix` and end with a place.
pub(crate) async fn covering(
    source: &JsValue,
    prefix: &[&str],
    first: f64,
    last: f64,
) -> Result<Array, Fault> {
    Ok(array(JsFuture::from(covering_promise(source, &texts(prefix), first, last)).await?))
}

/// The positions of the commits with a tag that hold positions from `first` on, in ascending order.
pub(crate) async fn positions_tagged(
    tags: &IdbIndex,
    tag: &[&str],
    first: f64,
    most: u32,
) -> Result<Vec<f64>, Fault> {
    let positions = array(JsFuture::from(positions_tagged_promise(tags, &texts(tag), first, most)).await?);
    Ok(positions.iter().filter_map(|position| position.as_f64()).collect())
}

/// Where a stream ends: zeros where it does not exist.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamHead {
    /// The version of its last event.
    pub(crate) version: Version,
    /// The position of that event in the store.
    pub(crate) position: Position,
}

impl StreamHead {
    /// The end of a stream that does not exist.
    pub(crate) const NONE: Self = Self { version: Version::ZERO, position: Position::ZERO };

    fn new(pair: JsValue) -> Self {
        let pair = array(pair);
        Self { version: Version::new(count(&pair.get(0))), position: Position::new(count(&pair.get(1))) }
    }
}

/// What appends must know before they write.
pub(crate) struct LookedUp {
    /// The last position of the store, or any beyond the one that was thought to be.
    pub(crate) head: Position,
    /// The greatest start of a run of ids, where no head was known.
    pub(crate) greatest_run: Option<EventId>,
    /// Where each stream ends.
    pub(crate) streams: Vec<StreamHead>,
    /// The greatest start of a run of ids up to each id.
    pub(crate) runs: Vec<Option<EventId>>,
}

/// A value that is known to be an array.
fn array(value: JsValue) -> Array {
    value.unchecked_into()
}

fn count(value: &JsValue) -> u64 {
    value.as_f64().map_or(0, whole)
}

fn texts(texts: &[&str]) -> Array {
    texts.iter().map(|text| JsValue::from_str(text)).collect()
}

fn event_id(key: &JsValue) -> Option<EventId> {
    key.as_string()?.parse().ok()
}

use js_sys::{Array, Promise};
use onefold::{
    Appended, ConflictError, DuplicateEventError, Envelope, EventId, EventReader, EventWriter,
    ExpectedVersion, Filter, LogRange, Position, Snapshot, SnapshotStore, StoreError, StoreErrorKind,
    StoredEvent, StreamId, StreamRange, Version, WriteError,
};
use onefold_js::records::{self, Record, from_record, number, whole};
use onefold_js::{JsError, JsPage, JsPayload};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::draft::envelope_to_js;
use crate::errors::expected_to_js;

#[wasm_bindgen]
extern "C" {
    /// A store of the user's as `ts/store/custom.ts` runs it: it checks what the user's methods give.
    pub type CustomStore;
    #[wasm_bindgen(method, catch)]
    fn append(
        this: &CustomStore,
        stream_id: &str,
        envelopes: Array,
        expected: JsValue,
    ) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = readStream)]
    fn read_stream(
        this: &CustomStore,
        stream_id: &str,
        from_version: Option<f64>,
        limit: Option<f64>,
        backwards: bool,
    ) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = readAll)]
    fn read_all(
        this: &CustomStore,
        after_position: Option<f64>,
        limit: Option<f64>,
        backwards: bool,
        filter: JsValue,
    ) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = streamVersion)]
    fn stream_version(this: &CustomStore, stream_id: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn head(this: &CustomStore) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = findEvent)]
    fn find_event(this: &CustomStore, id: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = loadSnapshot)]
    fn load_snapshot(this: &CustomStore, stream_id: &str, name: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = saveSnapshot)]
    fn save_snapshot(
        this: &CustomStore,
        stream_id: &str,
        name: &str,
        state_version: u32,
        version: f64,
        state: &JsValue,
    ) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn close(this: &CustomStore) -> Result<Promise, JsValue>;

    /// What an append of it came to.
    type Outcome;
    /// `appended`, `conflict` or `duplicate`.
    #[wasm_bindgen(method, getter)]
    fn kind(this: &Outcome) -> String;
    #[wasm_bindgen(method, getter)]
    fn version(this: &Outcome) -> f64;
    #[wasm_bindgen(method, getter)]
    fn position(this: &Outcome) -> f64;
    #[wasm_bindgen(method, getter)]
    fn duplicate(this: &Outcome) -> bool;
    #[wasm_bindgen(method, getter)]
    fn actual(this: &Outcome) -> f64;
    #[wasm_bindgen(method, getter)]
    fn ids(this: &Outcome) -> Vec<String>;

    /// A snapshot of it.
    type KeptSnapshot;
    #[wasm_bindgen(method, getter, js_name = stateVersion)]
    fn state_version(this: &KeptSnapshot) -> u32;
    #[wasm_bindgen(method, getter, js_name = version)]
    fn stream_version(this: &KeptSnapshot) -> f64;
    #[wasm_bindgen(method, getter)]
    fn state(this: &KeptSnapshot) -> JsValue;
}

/// A store that is a JavaScript object of the user's.
pub(crate) struct JsStore {
    store: CustomStore,
    epoch: EventId,
}

impl JsStore {
    pub(crate) const fn new(store: CustomStore, epoch: EventId) -> Self {
        Self { store, epoch }
    }
}

impl EventReader for JsStore {
    type Payload = JsPayload;
    type Page = JsPage;

    async fn read_stream(&self, stream_id: &StreamId, range: StreamRange) -> Result<JsPage, StoreError> {
        let from = range.from.map(|from| number(from.get()));
        let called = self.store.read_stream(stream_id.as_str(), from, limit(range.limit), range.backwards);
        page(settled("readStream", called).await?)
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<JsPage, StoreError> {
        let after = range.after.map(|after| number(after.get()));
        let filter = records::filter(filter);
        page(
            settled("readAll", self.store.read_all(after, limit(range.limit), range.backwards, filter))
                .await?,
        )
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        let version = settled("streamVersion", self.store.stream_version(stream_id.as_str())).await?;
        Ok(Version::new(whole(version.as_f64().unwrap_or_default())))
    }

    async fn head(&self) -> Result<Position, StoreError> {
        let head = settled("head", self.store.head()).await?;
        Ok(Position::new(whole(head.as_f64().unwrap_or_default())))
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<JsPayload>>, StoreError> {
        let found = settled("findEvent", self.store.find_event(&id.to_string())).await?;
        if found.is_undefined() {
            return Ok(None);
        }
        from_record(found.unchecked_ref::<Record>()).map(Some).map_err(|error| misshapen("findEvent", &error))
    }

    fn epoch(&self) -> EventId {
        self.epoch
    }
}

impl EventWriter for JsStore {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<JsPayload>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        let envelopes = events.iter().map(envelope_to_js).collect();
        let called = self.store.append(stream_id.as_str(), envelopes, expected_to_js(expected));
        let outcome: Outcome = settled("append", called).await?.unchecked_into();
        match outcome.kind().as_str() {
            "conflict" => {
                let actual = Version::new(whole(outcome.actual()));
                Err(ConflictError { stream_id: stream_id.clone(), expected, actual }.into())
            }
            "duplicate" => {
                let ids = outcome.ids().iter().filter_map(|id| id.parse().ok()).collect();
                Err(DuplicateEventError { ids, reason: "already in the store".into() }.into())
            }
            _ => Ok(Appended {
                version: Version::new(whole(outcome.version())),
                position: Position::new(whole(outcome.position())),
                duplicate: outcome.duplicate(),
                recorded: None,
            }),
        }
    }

    async fn close(&self) -> Result<(), StoreError> {
        settled("close", self.store.close()).await?;
        Ok(())
    }
}

impl SnapshotStore for JsStore {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<JsPayload>>, StoreError> {
        let kept = settled("loadSnapshot", self.store.load_snapshot(stream_id.as_str(), name)).await?;
        if kept.is_undefined() {
            return Ok(None);
        }
        let kept: KeptSnapshot = kept.unchecked_into();
        Ok(Some(Snapshot {
            stream_id: stream_id.clone(),
            name: name.to_owned(),
            state_version: kept.state_version(),
            version: Version::new(whole(kept.stream_version())),
            state: JsPayload::from_checked(kept.state()),
        }))
    }

    async fn save_snapshot(&self, snapshot: Snapshot<JsPayload>) -> Result<(), StoreError> {
        let Snapshot { stream_id, name, state_version, version, state } = snapshot;
        let version = number(version.get());
        let called =
            self.store.save_snapshot(stream_id.as_str(), &name, state_version, version, &state.thawed());
        settled("saveSnapshot", called).await?;
        Ok(())
    }
}

/// What a method of the store came to.
async fn settled(method: &str, called: Result<Promise, JsValue>) -> Result<JsValue, StoreError> {
    let outcome = match called {
        Ok(promise) => JsFuture::from(promise).await,
        Err(thrown) => Err(thrown),
    };
    outcome.map_err(|thrown| {
        let error = JsError::new(thrown);
        StoreError::new(StoreErrorKind::Failed, format!("the store's `{method}` failed: {error}"))
            .caused_by(error)
    })
}

fn page(records: JsValue) -> Result<JsPage, StoreError> {
    records
        .dyn_into::<Array>()
        .map(JsPage::new)
        .map_err(|_| misshapen("read", &"it gave no array of stored events"))
}

fn misshapen(method: &str, reason: &dyn std::fmt::Display) -> StoreError {
    StoreError::new(StoreErrorKind::Failed, format!("the store's `{method}` failed: {reason}"))
}

fn limit(limit: Option<usize>) -> Option<f64> {
    limit.map(|limit| number(limit as u64))
}

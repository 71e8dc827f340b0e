use std::sync::Arc;

use onefold::{
    Appended, Envelope, EventId, EventReader, EventWriter, ExpectedVersion, Filter, Host, LogRange, Position,
    Snapshot, SnapshotStore, StoreError, StoreErrorKind, StoredEvent, StreamId, StreamRange, Version,
    WriteError, new_epoch,
};
use onefold_js::records::{filter as js_filter, number, whole};
use onefold_js::{JsPage, JsPayload};
use wasm_bindgen::{JsCast, JsValue};

use crate::append::Append;
use crate::dom::{
    Database, Fault, KeptSnapshot, Writer, find_event, load_snapshot, open_store, read_all, read_head,
    read_stream, read_version, save_snapshot,
};
use crate::event::event_of;
use crate::options::IndexedDbOptions;

/// A store in an IndexedDB database. Any number of tabs and workers may use one database at once.
///
/// ```no_run
/// use std::sync::Arc;
/// use onefold::Host;
/// use onefold_indexeddb::{IndexedDbOptions, IndexedDbStore};
///
/// # async fn open(host: Arc<dyn Host>) -> Result<(), onefold::StoreError> {
/// let backend = IndexedDbStore::open("shop", host, IndexedDbOptions::default()).await?;
/// # Ok(()) }
/// ```
pub struct IndexedDbStore {
    name: String,
    database: Database,
    epoch: EventId,
    writer: Writer,
    host: Arc<dyn Host>,
}

impl IndexedDbStore {
    /// Opens the database of this name, and makes it where there is none.
    ///
    /// # Errors
    /// [`StoreError`] with the code `migration` for a database that is not ours or of a newer version; with
    /// `store_unavailable` where others hold it in an older version for longer than
    /// [`IndexedDbOptions::blocked_timeout`], or where the browser has no IndexedDB; with `store` for one that
    /// cannot be opened.
    pub async fn open(
        name: &str,
        host: Arc<dyn Host>,
        options: IndexedDbOptions,
    ) -> Result<Self, StoreError> {
        let new_epoch = new_epoch(host.as_ref()).to_string();
        let opened = open_store(name, options.patience(), &new_epoch).await;
        let database: Database = opened.map_err(|thrown| failed(name, thrown))?.unchecked_into();
        let epoch = database.epoch().parse().map_err(|_| {
            let reason = format!("the epoch of the database `{name}` is damaged; restore a backup");
            StoreError::new(StoreErrorKind::Failed, reason)
        })?;
        let writer = Writer::new(&database, options.durability.as_str());
        Ok(Self { name: name.to_owned(), database, epoch, writer, host })
    }

    /// The database in JavaScript, for what its events need not cross into Rust: see `js/backup.js`.
    pub fn database(&self) -> &JsValue {
        self.database.as_ref()
    }

    /// What the store makes of an exception of its database.
    pub fn failed(&self, thrown: JsValue) -> StoreError {
        failed(&self.name, thrown)
    }
}

impl EventReader for IndexedDbStore {
    type Payload = JsPayload;
    type Page = JsPage;

    async fn read_stream(&self, stream_id: &StreamId, range: StreamRange) -> Result<JsPage, StoreError> {
        let StreamRange { from, limit, backwards } = range;
        let from = from.map(|from| number(from.get()));
        let read = read_stream(&self.database, stream_id.as_str(), from, limit.map(count), backwards).await;
        page(read).map_err(|thrown| self.failed(thrown))
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<JsPage, StoreError> {
        let LogRange { after, limit, backwards } = range;
        let after = after.map(|after| number(after.get()));
        let filter = js_filter(filter);
        let read = read_all(&self.database, after, limit.map(count), backwards, &filter).await;
        page(read).map_err(|thrown| self.failed(thrown))
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        let version = read_version(&self.database, stream_id.as_str()).await;
        Ok(Version::new(version.map_err(|thrown| self.failed(thrown))?.as_f64().map_or(0, whole)))
    }

    async fn head(&self) -> Result<Position, StoreError> {
        let head = read_head(&self.database).await.map_err(|thrown| self.failed(thrown))?;
        Ok(Position::new(head.as_f64().map_or(0, whole)))
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<JsPayload>>, StoreError> {
        let found = find_event(&self.database, &id.to_string()).await;
        Ok(event_of(&found.map_err(|thrown| self.failed(thrown))?))
    }

    fn epoch(&self) -> EventId {
        self.epoch
    }

    /// Each page is a transaction, with its way to another process and back.
    fn fold_page(&self) -> usize {
        10_000
    }
}

impl EventWriter for IndexedDbStore {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<JsPayload>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        let append = Append::new(stream_id.clone(), events, expected);
        let written = append.written(&self.writer, self.host.clone()).await;
        written.unwrap_or_else(|thrown| Err(self.failed(thrown).into()))
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.database.close();
        Ok(())
    }
}

impl SnapshotStore for IndexedDbStore {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<JsPayload>>, StoreError> {
        let found = load_snapshot(&self.database, stream_id.as_str(), name).await;
        let found = found.map_err(|thrown| self.failed(thrown))?;
        if found.is_undefined() {
            return Ok(None);
        }
        let kept: KeptSnapshot = found.unchecked_into();
        Ok(Some(Snapshot {
            stream_id: stream_id.clone(),
            name: name.to_owned(),
            state_version: kept.state_version(),
            version: Version::new(whole(kept.version())),
            state: JsPayload::from_checked(kept.state()),
        }))
    }

    async fn save_snapshot(&self, snapshot: Snapshot<JsPayload>) -> Result<(), StoreError> {
        let Snapshot { stream_id, name, state_version, version, state } = snapshot;
        let version = number(version.get());
        let stream_id = stream_id.as_str();
        save_snapshot(&self.database, stream_id, &name, state_version, version, state.value())
            .await
            .map(|_| ())
            .map_err(|thrown| self.failed(thrown))
    }
}

impl Drop for IndexedDbStore {
    /// Else the connection would be in the way of whoever migrates or deletes the database. What the writer has begun
    /// goes on to its end.
    fn drop(&mut self) {
        self.database.close();
    }
}

fn failed(name: &str, thrown: JsValue) -> StoreError {
    Fault::from(thrown).in_store(name)
}

fn page(read: Result<JsValue, JsValue>) -> Result<JsPage, JsValue> {
    read.map(|records| JsPage::new(records.unchecked_into()))
}

fn count(limit: usize) -> f64 {
    number(limit as u64)
}

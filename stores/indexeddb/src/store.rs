use std::rc::Rc;
use std::sync::Arc;

use onefold::{
    Appended, Envelope, EventId, EventReader, EventWriter, ExpectedVersion, Filter, Host,
    InvalidArgumentError, LogRange, Position, Snapshot, SnapshotStore, StoreError, StoredEvent, StreamId,
    StreamRange, Version, WriteError,
};
use onefold_js::{JsPage, JsPayload};

use crate::append::Writer;
use crate::backup::{Import, ImportError, Restored};
use crate::connection::{Access, Connection};
use crate::dom::{store_head, stream_head};
use crate::options::{Durability, IndexedDbOptions};
use crate::schema::{COMMITS, SNAPSHOTS};
use crate::{backup, read, snapshots};

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
    connection: Rc<Connection>,
    writer: Rc<Writer>,
    durability: Durability,
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
        let connection = Rc::new(Connection::open(name, host.as_ref(), options).await?);
        let writer = Writer::new(connection.clone(), host, options.durability);
        Ok(Self { connection, writer, durability: options.durability })
    }

    /// Writes the events of a backup into this store, which must be empty: all of them or none.
    ///
    /// Ids, versions and times stay as they were. Positions count from 1; those of a backup of this kind of store
    /// are the same as before. The epoch is that of this store: cursors of the one that was backed up are refused,
    /// since what it recorded after the backup is not here.
    ///
    /// # Errors
    /// [`ImportError`].
    pub async fn restore(&self, import: Import) -> Result<Restored, ImportError> {
        let events = import.finish()?;
        let access = Access::Write(self.durability);
        let restore = async |commits: &_| backup::restore(commits, &events).await;
        let restored = self.connection.transaction(COMMITS, access, restore).await?;
        restored.ok_or_else(|| {
            let reason = "it has events already; import into an empty one, under another name";
            InvalidArgumentError::new("store", reason).into()
        })
    }
}

impl EventReader for IndexedDbStore {
    type Payload = JsPayload;
    type Page = JsPage;

    async fn read_stream(&self, stream_id: &StreamId, range: StreamRange) -> Result<JsPage, StoreError> {
        let read = async |commits: &_| read::stream(commits, stream_id, range).await;
        Ok(JsPage::new(self.connection.transaction(COMMITS, Access::Read, read).await?))
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<JsPage, StoreError> {
        let read = async |commits: &_| read::log(commits, range, filter).await;
        Ok(JsPage::new(self.connection.transaction(COMMITS, Access::Read, read).await?))
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        let read = async |commits: &_| Ok(stream_head(commits, stream_id).await?.version);
        self.connection.transaction(COMMITS, Access::Read, read).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.connection.transaction(COMMITS, Access::Read, async |commits| store_head(commits).await).await
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<JsPayload>>, StoreError> {
        let read = async |commits: &_| read::find_event(commits, id).await;
        self.connection.transaction(COMMITS, Access::Read, read).await
    }

    fn epoch(&self) -> EventId {
        self.connection.epoch()
    }
}

impl EventWriter for IndexedDbStore {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<JsPayload>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        self.writer.append(stream_id, events, expected).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.connection.close();
        Ok(())
    }
}

impl SnapshotStore for IndexedDbStore {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<JsPayload>>, StoreError> {
        let load = async |kept: &_| snapshots::load(kept, stream_id, name).await;
        self.connection.transaction(SNAPSHOTS, Access::Read, load).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot<JsPayload>) -> Result<(), StoreError> {
        // A snapshot is a cache: to lose one costs speed only, so none waits for the disk.
        let access = Access::Write(Durability::Relaxed);
        let save = async |kept: &_| snapshots::save(kept, &snapshot).await;
        self.connection.transaction(SNAPSHOTS, access, save).await
    }
}

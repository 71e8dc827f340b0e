use std::path::Path;
use std::sync::Arc;

use onefold::{
    Appended, Envelope, EventId, EventReader, EventWriter, ExpectedVersion, Filter, Host, LogRange, Position,
    Snapshot, SnapshotStore, StoreError, StoredEvent, StreamId, StreamRange, Version, WriteError,
};

use crate::connection::Connection;
use crate::connections::Connections;
#[cfg(feature = "native")]
use crate::driver::Rusqlite;
use crate::driver::{Driver, Mode};
use crate::file::File;
use crate::options::SqliteOptions;
use crate::{append, filter, read, schema, snapshots};

/// As many events are read before a writer can have cause to complain of waiting.
const BRIEF: usize = 1_000;

/// A store in a SQLite file. Any number of threads and processes may use one file at once.
///
/// Its futures do their work when they are first polled and block the thread meanwhile: under an async runtime,
/// run them where blocking is allowed.
///
/// ```
/// use std::sync::Arc;
/// use onefold::{EventType, Json, NewEvent, Store, StoreOptions, SystemHost};
/// use onefold_sqlite::{SqliteOptions, SqliteStore};
///
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("shop.db");
/// # pollster::block_on(async {
/// let host = Arc::new(SystemHost);
/// let backend = SqliteStore::open(&path, host.clone(), SqliteOptions::default())?;
/// let store = Store::new(backend, host, StoreOptions::default())?;
/// let event = NewEvent::new(EventType::new("OrderPlaced")?, Json::parse("{}")?);
/// let appended = store.append("Order-1", vec![event], Default::default()).await?;
/// assert_eq!(appended.version.get(), 1);
/// store.close().await?;
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct SqliteStore<
    #[cfg(feature = "native")] D: Driver = Rusqlite,
    #[cfg(not(feature = "native"))] D: Driver,
> {
    pub(crate) connections: Connections<D>,
    host: Arc<dyn Host>,
}

#[cfg(feature = "native")]
impl SqliteStore {
    /// Opens the store in this file, and makes it where there is none.
    ///
    /// # Errors
    /// [`StoreError`] with the code `migration` for a file that is not ours, is newer than this version, is
    /// read-only, or must be migrated while [`SqliteOptions::migrate`] says not to; with `store_unavailable` for
    /// one that stays locked; with `store` for one that cannot be opened or is damaged.
    pub fn open(
        path: impl AsRef<Path>,
        host: Arc<dyn Host>,
        options: SqliteOptions,
    ) -> Result<Self, StoreError> {
        Self::open_by_driver(path, host, options)
    }

    /// Makes the tables of a new file, or brings those of an older one up to date, and closes it again.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    ///
    /// ```
    /// use std::sync::Arc;
    /// use onefold::SystemHost;
    /// use onefold_sqlite::{SqliteOptions, SqliteStore};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("shop.db");
    /// let host = Arc::new(SystemHost);
    /// let by_hand = SqliteOptions { migrate: false, ..SqliteOptions::default() };
    /// assert!(SqliteStore::open(&path, host.clone(), by_hand).is_err());
    ///
    /// SqliteStore::migrate(&path, host.clone(), by_hand)?;
    /// assert!(SqliteStore::open(&path, host, by_hand).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn migrate(
        path: impl AsRef<Path>,
        host: Arc<dyn Host>,
        options: SqliteOptions,
    ) -> Result<(), StoreError> {
        let migrating = SqliteOptions { migrate: true, ..options };
        Self::open(path, host, migrating)?.connections.close();
        Ok(())
    }
}

impl<D: Driver> SqliteStore<D> {
    /// Opens the store in this file by a driver of one's own.
    ///
    /// # Errors
    /// [`StoreError`], as `SqliteStore::open` says.
    pub fn open_by_driver(
        path: impl AsRef<Path>,
        host: Arc<dyn Host>,
        options: SqliteOptions,
    ) -> Result<Self, StoreError> {
        let file = Arc::new(File::new(path.as_ref(), options)?);
        let mode = if file.options.migrate { Mode::Create } else { Mode::Write };
        let writer = Connection::<D>::open(&file, mode)?;
        schema::prepare(&writer, host.as_ref(), file.options.migrate)?;
        let epoch = schema::epoch(&writer)?;
        Ok(Self { connections: Connections::new(file, epoch, writer.opened()), host })
    }

    /// The file, by its absolute path.
    pub fn path(&self) -> &Path {
        self.connections.path()
    }
}

impl<D: Driver> EventReader for SqliteStore<D> {
    type Payload = D::Payload;
    type Page = Vec<StoredEvent<D::Payload>>;

    async fn read_stream(
        &self,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<D::Payload>>, StoreError> {
        let read = |connection: &_| read::stream(connection, stream_id, range);
        if range.limit.is_some_and(|limit| limit <= BRIEF) {
            return self.connections.read_briefly(read);
        }
        self.connections.read(read)
    }

    async fn read_all(
        &self,
        range: LogRange,
        filter: &Filter,
    ) -> Result<Vec<StoredEvent<D::Payload>>, StoreError> {
        self.connections.read(|connection| filter::log(connection, range, filter))
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        self.connections.read_briefly(|connection| read::stream_version(connection, stream_id))
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.connections.read_briefly(read::head)
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<D::Payload>>, StoreError> {
        self.connections.read_briefly(|connection| read::event(connection, id))
    }

    fn epoch(&self) -> EventId {
        self.connections.epoch()
    }
}

impl<D: Driver> EventWriter for SqliteStore<D> {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<D::Payload>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        let mut before = None;
        self.connections.write(|connection| {
            // Under the write lock, so that later positions have later moments.
            let recorded_at = self.host.now();
            let appended = append::append(connection, stream_id, &events, expected, recorded_at)?;
            let appended = append::not_repeated(connection, &events, before.take(), appended)?;
            before = Some(appended.clone());
            Ok(appended)
        })
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.connections.close();
        Ok(())
    }
}

impl<D: Driver> SnapshotStore for SqliteStore<D> {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<D::Payload>>, StoreError> {
        self.connections.read_briefly(|connection| snapshots::load(connection, stream_id, name))
    }

    async fn save_snapshot(&self, snapshot: Snapshot<D::Payload>) -> Result<(), StoreError> {
        self.connections.write(|connection| snapshots::save(connection, &snapshot))
    }
}

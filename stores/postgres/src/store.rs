use std::sync::Arc;

use onefold::{
    Appended, Envelope, EventId, EventReader, EventWriter, ExpectedVersion, Filter, Host, Json, LogRange,
    OpenError, Position, Snapshot, SnapshotStore, StoreError, StoredEvent, StreamId, StreamRange, Version,
    WriteError,
};
use tokio::runtime::Handle;

use crate::append::{self, Writer};
use crate::connect::Connector;
use crate::options::PostgresOptions;
use crate::pool::Pool;
use crate::schema::{SchemaName, owner};
use crate::stats::PostgresStats;
use crate::{filter, read, schema, server, snapshots};

/// A store in a PostgreSQL database. Any number of tasks and processes may use one at once.
///
/// Its futures run on tokio. Connections and the tasks that write belong to the runtime in which it was opened: the
/// store lives as long as that one.
///
/// ```
/// use std::sync::Arc;
/// use onefold::{EventType, Json, NewEvent, Store, StoreOptions};
/// use onefold_postgres::{PostgresOptions, PostgresStore, TokioHost};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let scratch = onefold_test_postgres::Scratch::new()?;
/// # let dsn = scratch.dsn();
/// let host = Arc::new(TokioHost);
/// let backend = PostgresStore::open(dsn, host.clone(), PostgresOptions::default()).await?;
/// let store = Store::new(backend, host, StoreOptions::default())?;
/// let event = NewEvent::new(EventType::new("OrderPlaced")?, Json::parse("{}")?);
/// let appended = store.append("Order-1", vec![event], Default::default()).await?;
/// assert_eq!(appended.version.get(), 1);
/// store.close().await?;
/// # Ok(()) }
/// ```
pub struct PostgresStore {
    pool: Arc<Pool>,
    writer: Writer,
    schema: SchemaName,
    epoch: EventId,
}

impl PostgresStore {
    /// Opens the store at this address (`postgresql://user@host/database`, or `host=… user=…`), and makes its tables
    /// where there are none.
    ///
    /// # Errors
    /// [`OpenError`] with the code `invalid_argument` for an address that is none, or a role that could change events
    /// though [`PostgresOptions::owner`] is given; with `migration` for a schema that is not ours, is newer than this
    /// version, or must be migrated while [`PostgresOptions::migrate`] says not to; with `store_unavailable` for a
    /// server that does not answer; with `store` for one that refuses us or whose certificate is not trusted, is older
    /// than PostgreSQL 14, or a database that is not in UTF-8.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub async fn open(dsn: &str, host: Arc<dyn Host>, options: PostgresOptions) -> Result<Self, OpenError> {
        let runtime = Handle::current();
        let (connector, mut client, session) = Connector::open(dsn, &options, runtime.clone()).await?;
        let server = server::check(&client).await?;
        if options.migrate {
            schema::migrate(&mut client, &options, host.as_ref()).await?;
        }
        schema::check(&client, &options.schema).await?;
        if let Some(owner) = &options.owner {
            owner::check_is_another(&client, &options.schema, owner).await?;
        }
        let epoch = schema::epoch(&client, &options.schema).await?;
        let pool = Arc::new(Pool::new(connector.clone(), session, &options, host)?);
        let writer = Writer::new(pool.clone(), connector, runtime, &server, &options);
        Ok(Self { pool, writer, schema: options.schema, epoch })
    }

    /// Makes the tables of a new store, or brings those of an older one up to date.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use onefold_postgres::{PostgresOptions, PostgresStore, TokioHost};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let scratch = onefold_test_postgres::Scratch::new()?;
    /// # let dsn = scratch.dsn();
    /// let by_hand = PostgresOptions { migrate: false, ..Default::default() };
    /// assert!(PostgresStore::open(dsn, Arc::new(TokioHost), by_hand.clone()).await.is_err());
    ///
    /// PostgresStore::migrate(dsn, Arc::new(TokioHost), by_hand.clone()).await?;
    /// assert!(PostgresStore::open(dsn, Arc::new(TokioHost), by_hand).await.is_ok());
    /// # Ok(()) }
    /// ```
    pub async fn migrate(dsn: &str, host: Arc<dyn Host>, options: PostgresOptions) -> Result<(), OpenError> {
        let (_, mut client, _) = Connector::open(dsn, &options, Handle::current()).await?;
        server::check(&client).await?;
        Ok(schema::migrate(&mut client, &options, host.as_ref()).await?)
    }

    /// The schema that holds the tables.
    pub fn schema(&self) -> &SchemaName {
        &self.schema
    }

    /// What the store is busy with at the moment.
    pub fn stats(&self) -> PostgresStats {
        let (queued, writing) = self.writer.lengths();
        let status = self.pool.status();
        PostgresStats {
            queued,
            writing,
            connections: status.size,
            idle: status.available,
            waiting: status.waiting,
        }
    }
}

impl EventReader for PostgresStore {
    type Payload = Json;
    type Page = Vec<StoredEvent<Json>>;

    async fn read_stream(
        &self,
        stream_id: &StreamId,
        range: StreamRange,
    ) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        read::stream(&self.pool, &self.schema, stream_id, range).await
    }

    async fn read_all(&self, range: LogRange, filter: &Filter) -> Result<Vec<StoredEvent<Json>>, StoreError> {
        filter::log(&self.pool, &self.schema, range, filter).await
    }

    async fn stream_version(&self, stream_id: &StreamId) -> Result<Version, StoreError> {
        Ok(read::stream_head(&self.pool, &self.schema, stream_id).await?.0)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        read::head(&self.pool, &self.schema).await
    }

    async fn last_position(&self) -> Result<Position, StoreError> {
        read::last_position(&self.pool, &self.schema).await
    }

    async fn find_event(&self, id: EventId) -> Result<Option<StoredEvent<Json>>, StoreError> {
        Ok(read::by_ids(&self.pool, &self.schema, &[id]).await?.pop().flatten())
    }

    fn epoch(&self) -> EventId {
        self.epoch
    }
}

impl EventWriter for PostgresStore {
    async fn append(
        &self,
        stream_id: &StreamId,
        events: Vec<Envelope<Json>>,
        expected: ExpectedVersion,
    ) -> Result<Appended, WriteError> {
        append::append(&self.writer, stream_id, events, expected).await
    }

    /// Writes what is queued, refuses what comes later, and ends the connections.
    async fn close(&self) -> Result<(), StoreError> {
        // The child of a fork has nothing of its own to end.
        if self.pool.check_process().is_ok() {
            self.writer.close().await;
            self.pool.close();
        }
        Ok(())
    }
}

impl SnapshotStore for PostgresStore {
    async fn load_snapshot(
        &self,
        stream_id: &StreamId,
        name: &str,
    ) -> Result<Option<Snapshot<Json>>, StoreError> {
        snapshots::load(&self.pool, &self.schema, stream_id, name).await
    }

    async fn save_snapshot(&self, snapshot: Snapshot<Json>) -> Result<(), StoreError> {
        snapshots::save(&self.pool, &self.schema, &snapshot).await
    }
}

//! The tables of a store, and which version of them a schema has.

mod name;
pub(crate) mod owner;
mod v1;
mod version;

use onefold::{EventId, Host, StoreError, StoreErrorKind, new_epoch};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, IsolationLevel};

use crate::error::failed;
use crate::options::PostgresOptions;
pub use crate::schema::name::SchemaName;
use crate::schema::version::SchemaVersion;

/// Refuses a schema that is newer than this version, is not ours, or must be migrated first.
pub(crate) async fn check(client: &Client, schema: &SchemaName) -> Result<(), StoreError> {
    let found = SchemaVersion::of(client, schema).await?;
    if found == SchemaVersion::CURRENT {
        return Ok(());
    }
    let why = found.why_migrate();
    let advice = "call migrate, or open it with migrate set";
    Err(StoreError::new(StoreErrorKind::Migration, format!("schema `{schema}` {why}; {advice}")))
}

/// Makes the tables of a new store, or brings older ones up to date; of several at once, one does it.
pub(crate) async fn migrate(
    client: &mut Client,
    options: &PostgresOptions,
    host: &dyn Host,
) -> Result<(), StoreError> {
    let schema = &options.schema;
    if SchemaVersion::of(client, schema).await? == SchemaVersion::CURRENT {
        return Ok(());
    }
    // Stricter ones would not see what another connection has done by the time that we have the lock.
    let isolation = IsolationLevel::ReadCommitted;
    let transaction = client.build_transaction().isolation_level(isolation).start().await.map_err(failed)?;
    let lock = "SELECT pg_advisory_xact_lock(hashtextextended('onefold schema ' || $1, 0))";
    transaction.query_typed(lock, &[(&schema.as_str(), Type::TEXT)]).await.map_err(failed)?;
    if let Some(owner) = &options.owner {
        owner::become_owner(&transaction, owner).await.map_err(failed)?;
    }
    let mut version = SchemaVersion::of(&transaction, schema).await?;
    if version == SchemaVersion::Empty {
        make_schema(&transaction, schema).await.map_err(failed)?;
    }
    let epoch = new_epoch(host).to_string();
    while let Some(next) = version.upgrade(&transaction, schema, &epoch).await? {
        version = next;
    }
    if options.owner.is_some() {
        owner::grant(&transaction, schema).await.map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)
}

/// The UUID that was made with the store.
pub(crate) async fn epoch(client: &Client, schema: &SchemaName) -> Result<EventId, StoreError> {
    let sql = schema.fill("SELECT value FROM {schema}.meta WHERE key = 'epoch'");
    let rows = client.query_typed(&sql, &[]).await.map_err(failed)?;
    let epoch = rows.first().and_then(|row| row.try_get::<_, String>(0).ok()?.parse().ok());
    epoch.ok_or_else(|| {
        let fault = format!("schema `{schema}` is damaged: its epoch is missing; restore it from a backup");
        StoreError::new(StoreErrorKind::Failed, fault)
    })
}

/// Not by `IF NOT EXISTS`, which asks for the right to make schemas even where the schema is there.
async fn make_schema(
    transaction: &tokio_postgres::Transaction<'_>,
    schema: &SchemaName,
) -> Result<(), tokio_postgres::Error> {
    let exists = "SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1";
    if transaction.query_typed(exists, &[(&schema.as_str(), Type::TEXT)]).await?.is_empty() {
        transaction.batch_execute(&schema.fill("CREATE SCHEMA {schema}")).await?;
    }
    Ok(())
}

use tokio_postgres::types::Type;
use tokio_postgres::{Error, Transaction};

use crate::schema::SchemaName;

const TABLES: &str = include_str!("v1.sql");

/// Makes the tables, and the epoch of the store.
pub(super) async fn create(
    transaction: &Transaction<'_>,
    schema: &SchemaName,
    epoch: &str,
) -> Result<(), Error> {
    transaction.batch_execute(&schema.fill(TABLES)).await?;
    let insert = schema.fill("INSERT INTO {schema}.meta (key, value) VALUES ('epoch', $1)");
    transaction.query_typed(&insert, &[(&epoch, Type::TEXT)]).await?;
    Ok(())
}

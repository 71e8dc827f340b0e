use onefold::{StoreError, StoreErrorKind};
use tokio_postgres::types::Type;
use tokio_postgres::{GenericClient, Transaction};

use crate::error::failed;
use crate::schema::{SchemaName, v1};

/// The version of the tables in a schema, in the order in which they came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SchemaVersion {
    /// No tables yet.
    Empty,
    /// Events, streams, snapshots, meta.
    V1,
}

impl SchemaVersion {
    pub(crate) const CURRENT: Self = Self::V1;

    /// The version of a schema, if it is ours or empty.
    pub(crate) async fn of(client: &impl GenericClient, schema: &SchemaName) -> Result<Self, StoreError> {
        let exists =
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = 'meta')";
        let rows = client.query_typed(exists, &[(&schema.as_str(), Type::TEXT)]).await.map_err(failed)?;
        let has_meta = rows.first().is_some_and(|row| row.try_get(0).unwrap_or(false));
        if !has_meta {
            return Ok(Self::Empty);
        }
        let value = schema.fill("SELECT value FROM {schema}.meta WHERE key = 'schema_version'");
        let rows = client.query_typed(&value, &[]).await.map_err(failed)?;
        let number = rows.first().and_then(|row| row.try_get::<_, String>(0).ok()?.parse::<u32>().ok());
        match number {
            Some(1) => Ok(Self::V1),
            Some(number) if number > Self::CURRENT as u32 => Err(StoreError::new(
                StoreErrorKind::Migration,
                format!(
                    "schema `{schema}` has version {number}, this onefold knows {} at the most; use a newer onefold",
                    Self::CURRENT as u32
                ),
            )),
            _ => Err(StoreError::new(
                StoreErrorKind::Migration,
                format!("schema `{schema}` holds tables of something else; give the name of another schema"),
            )),
        }
    }

    /// Takes the step to the next version, within the caller's transaction; none from the current one.
    pub(crate) async fn upgrade(
        self,
        transaction: &Transaction<'_>,
        schema: &SchemaName,
        epoch: &str,
    ) -> Result<Option<Self>, StoreError> {
        let next = match self {
            Self::Empty => {
                v1::create(transaction, schema, epoch).await.map_err(failed)?;
                Self::V1
            }
            Self::V1 => return Ok(None),
        };
        let sql = schema.fill(
            "INSERT INTO {schema}.meta (key, value) VALUES ('schema_version', $1) \
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        );
        let number = (next as u32).to_string();
        transaction.query_typed(&sql, &[(&number, Type::TEXT)]).await.map_err(failed)?;
        Ok(Some(next))
    }

    /// Why a schema of this version cannot be used as it is.
    pub(crate) const fn why_migrate(self) -> &'static str {
        match self {
            Self::Empty => "has no tables of onefold",
            Self::V1 => "has an older version",
        }
    }
}

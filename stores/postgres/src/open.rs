use std::sync::Arc;

use onefold::{Json, OpenError, Store, StoreOptions};

use crate::host::TokioHost;
use crate::options::PostgresOptions;
use crate::store::PostgresStore;

/// Opens the store at this address, and makes its tables where there are none.
///
/// # Errors
/// As [`PostgresStore::open`].
///
/// # Panics
/// Outside of a tokio runtime.
///
/// ```
/// use onefold::{EventType, Json, NewEvent};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let scratch = onefold_test_postgres::Scratch::new()?;
/// # let dsn = scratch.dsn();
/// let store = onefold_postgres::open(dsn).await?;
/// let placed = NewEvent::new(EventType::new("OrderPlaced")?, Json::parse(r#"{"total_cents": 5000}"#)?);
/// store.append("Order-1", vec![placed], Default::default()).await?;
/// let events = store.read_stream("Order-1", Default::default()).await?;
/// assert_eq!(events[0].data.as_str(), r#"{"total_cents": 5000}"#);
/// # Ok(()) }
/// ```
pub async fn open(dsn: &str) -> Result<Store<PostgresStore>, OpenError> {
    open_with(dsn, PostgresOptions::default(), StoreOptions::default()).await
}

/// Opens the store at this address with options.
///
/// # Errors
/// As [`PostgresStore::open`].
///
/// # Panics
/// Outside of a tokio runtime.
///
/// ```
/// use onefold::{Limits, StoreOptions};
/// use onefold_postgres::{PostgresOptions, SchemaName};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let scratch = onefold_test_postgres::Scratch::new()?;
/// # let dsn = scratch.dsn();
/// let store = onefold_postgres::open_with(
///     dsn,
///     PostgresOptions { schema: SchemaName::new("shop")?, ..Default::default() },
///     StoreOptions { limits: Limits { events: 100, ..Default::default() }, ..Default::default() },
/// )
/// .await?;
/// # Ok(()) }
/// ```
pub async fn open_with(
    dsn: &str,
    options: PostgresOptions,
    store: StoreOptions<Json>,
) -> Result<Store<PostgresStore>, OpenError> {
    store.limits.check()?;
    let host = Arc::new(TokioHost);
    let backend = PostgresStore::open(dsn, host.clone(), options).await?;
    Ok(Store::new(backend, host, store)?)
}

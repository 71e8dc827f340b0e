use std::path::Path;
use std::sync::Arc;

use onefold::{Json, OpenError, Store, StoreOptions, SystemHost};

use crate::options::SqliteOptions;
use crate::store::SqliteStore;

/// Opens the store in this file, and makes it where there is none.
///
/// # Errors
/// [`OpenError`].
///
/// ```
/// use onefold::{EventType, Json, NewEvent};
///
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("shop.db");
/// # pollster::block_on(async {
/// let store = onefold_sqlite::open(&path)?;
/// let placed = NewEvent::new(EventType::new("OrderPlaced")?, Json::parse(r#"{"total_cents": 5000}"#)?);
/// store.append("Order-1", vec![placed], Default::default()).await?;
/// let events = store.read_stream("Order-1", Default::default()).await?;
/// assert_eq!(events[0].data.as_str(), r#"{"total_cents": 5000}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn open(path: impl AsRef<Path>) -> Result<Store<SqliteStore>, OpenError> {
    open_with(path, SqliteOptions::default(), StoreOptions::default())
}

/// Opens the store in this file with options.
///
/// # Errors
/// [`OpenError`].
///
/// ```
/// use onefold::{Limits, StoreOptions};
/// use onefold_sqlite::{Durability, SqliteOptions};
///
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("shop.db");
/// let store = onefold_sqlite::open_with(
///     &path,
///     SqliteOptions { durability: Durability::Relaxed, ..Default::default() },
///     StoreOptions { limits: Limits { events: 100, ..Default::default() }, ..Default::default() },
/// )?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn open_with(
    path: impl AsRef<Path>,
    options: SqliteOptions,
    store: StoreOptions<Json>,
) -> Result<Store<SqliteStore>, OpenError> {
    store.limits.check()?;
    let host = Arc::new(SystemHost);
    let backend = SqliteStore::open(path, host.clone(), options)?;
    Ok(Store::new(backend, host, store)?)
}

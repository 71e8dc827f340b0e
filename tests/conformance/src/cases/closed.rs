//! A closed store says so.

use onefold::{EventId, ExecuteOptions, ExpectedVersion, ReadStream, Store, StoreOptions};

use super::{event, everything, expecting};
use crate::harness::host;
use crate::vectors::{Command, Counter};
use crate::{Failure, Harness, equal};

/// Everything on a closed store is the error `closed`, and closing it again is fine.
///
/// # Errors
/// What a closed store did instead.
pub async fn refuses<H: Harness>(harness: &H) -> Result<(), Failure> {
    let store = Store::new(harness.create().await?, host(), StoreOptions::default())?;
    store.append("Order-1", vec![event(0, 0)?], expecting(ExpectedVersion::Any)).await?;
    store.close().await?;
    store.close().await?;
    let id = EventId::new(uuid::Uuid::nil());
    let append = store.append("Order-1", vec![event(0, 1)?], expecting(ExpectedVersion::Any)).await;
    let execute = store.execute(&Counter::new(), "1", &Command::Close, ExecuteOptions::default()).await;
    let codes = [
        ("append", append.err().map(|error| error.code())),
        (
            "read_stream",
            store.read_stream("Order-1", ReadStream::default()).await.err().map(|error| error.code()),
        ),
        ("read_all", store.read_all(everything()).await.err().map(|error| error.code())),
        ("stream_version", store.stream_version("Order-1").await.err().map(|error| error.code())),
        ("find_event", store.find_event(id).await.err().map(|error| error.code())),
        ("head", store.head().await.err().map(|error| error.code())),
        ("execute", execute.err().map(|error| error.code())),
        ("load", store.load(&Counter::new(), "1").await.err().map(|error| error.code())),
    ];
    codes.into_iter().try_for_each(|(operation, code)| equal(operation, code, Some("closed")))
}

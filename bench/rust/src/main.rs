//! How many appends a second a PostgreSQL store does for some tasks at once: prints the number.
//!
//!     onefold-bench --dsn postgresql://… --schema bench --tasks 16 --events 1 --seconds 3

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use onefold::{EventType, ExpectedVersion, Json, NewEvent, Store, StoreOptions};
use onefold_postgres::{PostgresOptions, PostgresStore, SchemaName};
use pico_args::Arguments;
use tokio::task::JoinSet;

/// 152 bytes, the event of the other benchmarks.
const DATA: &str = r#"{"order_id": "Order-4711", "customer_id": "c-100", "item": "SKU-1234567890", "quantity": 3, "unit_price_cents": 1999, "currency": "EUR", "amount_cents": 3}"#;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut arguments = Arguments::from_env();
    let dsn: String = arguments.value_from_str("--dsn")?;
    let schema: String = arguments.value_from_str("--schema")?;
    let tasks: usize = arguments.value_from_str("--tasks")?;
    let events: usize = arguments.value_from_str("--events")?;
    let seconds: f64 = arguments.value_from_str("--seconds")?;

    let options = PostgresOptions { schema: SchemaName::new(&schema)?, ..Default::default() };
    let store = Arc::new(onefold_postgres::open_with(&dsn, options, StoreOptions::default()).await?);
    let run = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_micros();
    let start = Instant::now();
    let end = start + Duration::from_secs_f64(seconds);
    let mut appenders = JoinSet::new();
    for task in 0..tasks {
        let prefix = format!("Order-{run}-{task}");
        appenders.spawn(append_until(end, Arc::clone(&store), prefix, events));
    }
    let mut appends = 0;
    while let Some(done) = appenders.join_next().await {
        appends += done??;
    }
    #[expect(clippy::cast_precision_loss, reason = "there are not that many")]
    let rate = appends as f64 / start.elapsed().as_secs_f64();
    println!("{rate:.1}");
    store.close().await?;
    Ok(())
}

/// Appends to new streams, each with the version it expects, and counts them.
async fn append_until(
    end: Instant,
    store: Arc<Store<PostgresStore>>,
    prefix: String,
    events: usize,
) -> Result<u64, Box<dyn Error + Send + Sync>> {
    let (kind, data) = (EventType::new("OrderPlaced")?, Json::parse(DATA)?);
    let mut appends = 0;
    while Instant::now() < end {
        let stream_id = format!("{prefix}-{appends}");
        let events = (0..events).map(|_| NewEvent::new(kind.clone(), data.clone())).collect();
        store.append(&stream_id, events, ExpectedVersion::NoStream.into()).await?;
        appends += 1;
    }
    Ok(appends)
}

//! How many events a second a PostgreSQL store appends for some tasks at once: prints JSON.
//!
//!     onefold-bench --dsn postgresql://… --data '{"total": 1}' --tasks 16 --events 1 --seconds 3

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use onefold::{EventType, ExpectedVersion, Json, NewEvent, Store};
use onefold_postgres::PostgresStore;
use pico_args::Arguments;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Time to open connections and to prepare statements, before the clock starts.
const WARM_UP: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut arguments = Arguments::from_env();
    let dsn: String = arguments.value_from_str("--dsn")?;
    let data: String = arguments.value_from_str("--data")?;
    let tasks: usize = arguments.value_from_str("--tasks")?;
    let events: usize = arguments.value_from_str("--events")?;
    let seconds: f64 = arguments.value_from_str("--seconds")?;

    let event = NewEvent::new(EventType::new("LineAdded")?, Json::parse(&data)?);
    let events = vec![event; events];
    let store = Arc::new(onefold_postgres::open(&dsn).await?);
    let warm_up = append_for(WARM_UP, &store, tasks, &events).await?;
    let start = Instant::now();
    let appended = append_for(Duration::from_secs_f64(seconds), &store, tasks, &events).await?;
    #[expect(clippy::cast_precision_loss, reason = "there are not that many")]
    let rate = appended as f64 / start.elapsed().as_secs_f64();
    println!(r#"{{"appended": {}, "rate": {rate:.1}}}"#, warm_up + appended);
    store.close().await?;
    Ok(())
}

/// Appends in some tasks at once, and counts the events.
async fn append_for(
    time: Duration,
    store: &Arc<Store<PostgresStore>>,
    tasks: usize,
    events: &[NewEvent<Json>],
) -> Result<usize, Box<dyn Error + Send + Sync>> {
    let end = Instant::now() + time;
    let mut appenders = JoinSet::new();
    for _ in 0..tasks {
        appenders.spawn(append_until(end, Arc::clone(store), events.to_vec()));
    }
    let mut appended = 0;
    while let Some(done) = appenders.join_next().await {
        appended += done??;
    }
    Ok(appended)
}

/// Appends to new streams, each with the version it expects, and counts the events.
async fn append_until(
    end: Instant,
    store: Arc<Store<PostgresStore>>,
    events: Vec<NewEvent<Json>>,
) -> Result<usize, Box<dyn Error + Send + Sync>> {
    let mut appended = 0;
    while Instant::now() < end {
        let stream_id = format!("Order-{}", Uuid::new_v4());
        store.append(&stream_id, events.clone(), ExpectedVersion::NoStream.into()).await?;
        appended += events.len();
    }
    Ok(appended)
}

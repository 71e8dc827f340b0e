//! Appends and reads events of about 150 bytes and prints how many a second. Run by
//! `cargo bench -p onefold-sqlite`.

use std::error::Error;
use std::time::Instant;

use onefold::{EventType, Json, NewEvent, ReadAll, ReadStream, Store, StoreOptions};
use onefold_sqlite::{Durability, SqliteOptions, SqliteStore, open_with};
use pollster::block_on;

const DATA: &str = r#"{"order_id":"4c6e2c1e-91f5-4a4e-a0f5-3f3f1d1c9a52","customer":"c-1029384756","sku":"SKU-0042-BLUE-L","quantity":3,"total_cents":129900,"currency":"EUR"}"#;
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    for durability in [Durability::Strict, Durability::Relaxed] {
        measure(&format!("append 1 event ({durability:?})"), 2_000, || {
            let (_directory, store) = new_store(durability)?;
            let started = Instant::now();
            for number in 0..2_000 {
                append(&store, &format!("Order-{}", number % 100), 1)?;
            }
            Ok(started.elapsed().as_secs_f64())
        })?;
    }
    measure("append 100 events (Strict)", 10_000, || {
        let (_directory, store) = new_store(Durability::Strict)?;
        let started = Instant::now();
        for number in 0..100 {
            append(&store, &format!("Order-{number}"), 100)?;
        }
        Ok(started.elapsed().as_secs_f64())
    })?;
    measure("append 10,000 events (Strict)", 10_000, || {
        let (_directory, store) = new_store(Durability::Strict)?;
        let started = Instant::now();
        append(&store, "Order-1", 10_000)?;
        Ok(started.elapsed().as_secs_f64())
    })?;
    let (_directory, store) = new_store(Durability::Relaxed)?;
    for number in 0..1_000 {
        append(&store, &format!("Order-{number}"), 50)?;
    }
    measure("read 50,000 events of the store", 50_000, || {
        let started = Instant::now();
        let all = ReadAll { limit: None, ..ReadAll::default() };
        assert_eq!(block_on(store.read_all(all))?.len(), 50_000);
        Ok(started.elapsed().as_secs_f64())
    })?;
    append(&store, "Long-1", 10_000)?;
    measure("read 10,000 events of a stream", 10_000, || {
        let started = Instant::now();
        assert_eq!(block_on(store.read_stream("Long-1", ReadStream::default()))?.len(), 10_000);
        Ok(started.elapsed().as_secs_f64())
    })
}

fn new_store(durability: Durability) -> Result<(tempfile::TempDir, Store<SqliteStore>), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let options = SqliteOptions { durability, ..SqliteOptions::default() };
    let store = open_with(directory.path().join("bench.db"), options, StoreOptions::default())?;
    Ok((directory, store))
}

fn append(store: &Store<SqliteStore>, stream_id: &str, count: usize) -> Result<(), Box<dyn Error>> {
    let placed = NewEvent::new(EventType::new("OrderPlaced")?, Json::parse(DATA)?);
    block_on(store.append(stream_id, vec![placed; count], onefold::AppendOptions::default()))?;
    Ok(())
}

/// Prints the median of some rounds.
fn measure(
    what: &str,
    events: u32,
    mut round: impl FnMut() -> Result<f64, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let mut seconds = (0..ROUNDS).map(|_| round()).collect::<Result<Vec<_>, _>>()?;
    seconds.sort_by(f64::total_cmp);
    let median = seconds.get(ROUNDS / 2).copied().unwrap_or(f64::NAN);
    println!("{what:<36} {:>12.0} events/s", f64::from(events) / median);
    Ok(())
}

//! Readers that follow by a cursor while several processes write: what they saw must be what is there.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use onefold::{Position, ReadAll, Store};
use onefold_postgres::PostgresStore;
use onefold_test_postgres::Scratch;
use tokio::time::sleep;

use crate::support::{check_whole, open, raw};
use crate::writers;

const PROCESSES: usize = 8;
const READERS: usize = 2;
/// What the processes write together, at least.
const EVENTS: usize = 100_000;
/// As much is enough to miss some.
const FEW_EVENTS: usize = 20_000;
/// How long a reader waits that has found nothing.
const IDLE: Duration = Duration::from_millis(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reader_misses_an_event_whatever_writers_do() {
    let scratch = Scratch::new().unwrap();
    let (seen, there) = under_fire(&scratch, EVENTS, follow).await;
    assert!(there.len() >= EVENTS, "{} events", there.len());
    for seen in seen {
        assert_eq!(seen.len(), there.len(), "events seen and events there");
        assert!(seen == there, "in another order");
    }
    assert_eq!(check_whole(open(scratch.dsn()).await.as_ref()).await, there.len());
}

/// Shows that the test above can fail.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_without_the_floor_misses_events() {
    let scratch = Scratch::new().unwrap();
    let (seen, there) = under_fire(&scratch, FEW_EVENTS, follow_naively).await;
    for seen in seen {
        let seen: HashSet<_> = seen.into_iter().collect();
        let missed = there.iter().filter(|position| !seen.contains(position)).count();
        println!("missed {missed} of {}", there.len());
        assert!(missed > 0, "missed none of {}", there.len());
    }
}

/// What each reader saw, in its order, and what is there in the end.
async fn under_fire<R, F>(scratch: &Scratch, events: usize, reader: R) -> (Vec<Vec<i64>>, Vec<i64>)
where
    R: Fn(String, Arc<Store<PostgresStore>>, Arc<AtomicBool>) -> F,
    F: Future<Output = Vec<i64>> + Send + 'static,
{
    let store = open(scratch.dsn()).await;
    let done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..READERS)
        .map(|_| tokio::spawn(reader(scratch.dsn().to_owned(), store.clone(), done.clone())))
        .collect();
    let processes: Vec<_> = (0..PROCESSES)
        .map(|number| writers::start(scratch.dsn(), number, events.div_ceil(PROCESSES)))
        .collect();
    for mut process in processes {
        let ended = tokio::task::spawn_blocking(move || process.wait().unwrap()).await.unwrap();
        assert!(ended.success());
    }
    done.store(true, Ordering::SeqCst);
    let mut seen = Vec::new();
    for reader in readers {
        seen.push(reader.await.unwrap());
    }
    let sql = "SELECT position FROM onefold.events ORDER BY position";
    let rows = raw(scratch.dsn()).await.query(sql, &[]).await.unwrap();
    (seen, rows.iter().map(|row| row.get(0)).collect())
}

/// Reads page after page from the store, until the writers are done and nothing is left.
async fn follow(_: String, store: Arc<Store<PostgresStore>>, done: Arc<AtomicBool>) -> Vec<i64> {
    let mut seen = Vec::new();
    let mut cursor = store.cursor(Position::ZERO);
    loop {
        // Asked before reading: what is empty afterwards stays so.
        let is_done = done.load(Ordering::SeqCst);
        let range = ReadAll { after: Some(cursor.as_str().into()), limit: Some(500), ..ReadAll::default() };
        let page = store.read_all(range).await.unwrap();
        seen.extend(page.iter().map(|event| i64::try_from(event.position.get()).unwrap()));
        match page.last() {
            Some(last) => cursor = store.cursor(last.position),
            None if is_done => return seen,
            None => sleep(IDLE).await,
        }
    }
}

/// As many libraries do it: what is above the last position seen.
async fn follow_naively(dsn: String, _: Arc<Store<PostgresStore>>, done: Arc<AtomicBool>) -> Vec<i64> {
    let client = raw(&dsn).await;
    let mut seen = Vec::new();
    loop {
        let is_done = done.load(Ordering::SeqCst);
        let last = seen.last().copied().unwrap_or(0_i64);
        let sql = "SELECT position FROM onefold.events WHERE position > $1 ORDER BY position LIMIT 500";
        let page = client.query(sql, &[&last]).await.unwrap();
        seen.extend(page.iter().map(|row| row.get::<_, i64>(0)));
        match page.is_empty() {
            true if is_done => return seen,
            true => sleep(IDLE).await,
            false => {}
        }
    }
}

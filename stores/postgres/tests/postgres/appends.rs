//! Appends that meet each other.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use onefold::{AppendError, ExpectedVersion};
use onefold_postgres::PostgresOptions;
use onefold_test_postgres::Scratch;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::{
    NOTE_ISOLATION, append, check_whole, identified, isolations, open, placed, raw, try_open,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conflicts_and_known_ids_of_a_group_are_each_their_own() {
    let scratch = Scratch::new().unwrap();
    let store = open(scratch.dsn()).await;
    let known = Uuid::new_v4();
    append(&store, "Known-1", identified(known), ExpectedVersion::NoStream).await.unwrap();
    let tasks: Vec<_> = (0..200)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let stream_id = format!("Order-{number}");
                match number % 4 {
                    0 => {
                        let error = append(&store, &stream_id, placed(1), 7).await.unwrap_err();
                        assert!(matches!(error, AppendError::Conflict(_)), "{error}");
                    }
                    1 => {
                        let error = append(&store, &stream_id, identified(known), ExpectedVersion::Any).await;
                        assert_eq!(error.unwrap_err().code(), "duplicate_event");
                    }
                    2 => {
                        let again = append(&store, "Known-1", identified(known), ExpectedVersion::Any).await;
                        assert!(again.unwrap().duplicate);
                    }
                    _ => {
                        append(&store, &stream_id, placed(3), ExpectedVersion::NoStream).await.unwrap();
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(check_whole(&store).await, 1 + 50 * 3);
    let rows = raw(scratch.dsn()).await.query("SELECT FROM onefold.streams WHERE version = 0", &[]).await;
    assert_eq!(rows.unwrap().len(), 0, "streams that nothing was written to");
}

/// What fell to a deadlock would be written again, so that the server alone can tell.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups_of_the_same_streams_in_opposite_order_do_not_deadlock() {
    let scratch = Scratch::new().unwrap();
    let mut writers = JoinSet::new();
    let together = Arc::new(Barrier::new(4));
    for writer in 0..4 {
        let (store, together) = (open(scratch.dsn()).await, together.clone());
        writers.spawn(async move {
            for round in 0..30 {
                // Streams that are new to all, and streams that are not; many, so that they meet on their way.
                let mut streams: Vec<_> =
                    (0..200).map(|stream| format!("Order-{}-{stream}", round / 6)).collect();
                if writer % 2 == 0 {
                    streams.reverse();
                }
                together.wait().await;
                let appends = streams
                    .iter()
                    .map(|stream_id| append(&store, stream_id, placed(1), ExpectedVersion::Any));
                for appended in join_all(appends).await {
                    appended.unwrap();
                }
            }
            store.close().await.unwrap();
        });
    }
    writers.join_all().await;
    let store = open(scratch.dsn()).await;
    assert_eq!(check_whole(&store).await, 4 * 30 * 200);
    store.close().await.unwrap();
    // A connection counts them when it ends.
    let watcher = raw(scratch.dsn()).await;
    let others = "SELECT FROM pg_stat_activity WHERE application_name LIKE 'onefold%' AND datname = current_database()";
    while !watcher.query(others, &[]).await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(watcher.query_one(deadlocks, &[]).await.unwrap().get::<_, i64>(0), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_stops_waiting_tears_nothing() {
    let scratch = Scratch::new().unwrap();
    let options = PostgresOptions { connections: 2, ..PostgresOptions::default() };
    let store = try_open(scratch.dsn(), options).await.unwrap();
    for number in 0..300_u64 {
        let patience = Duration::from_micros(number * 17);
        let stream_id = format!("Order-{number}");
        let id = Uuid::new_v4();
        let mut events = identified(id);
        events.extend(placed(2));
        let _ =
            tokio::time::timeout(patience, append(&store, &stream_id, events, ExpectedVersion::Any)).await;
        let version = store.stream_version(&stream_id).await.unwrap().get();
        assert!([0, 3].contains(&version), "{version} of 3 events");
    }
    check_whole(&store).await;
}

#[tokio::test]
async fn the_default_isolation_of_the_database_does_not_matter() {
    for statement_timeout in [None, Some(Duration::from_secs(30))] {
        let scratch = Scratch::new().unwrap();
        scratch.set("default_transaction_isolation", "'serializable'").unwrap();
        let options = PostgresOptions { statement_timeout, ..PostgresOptions::default() };
        let store = try_open(scratch.dsn(), options).await.unwrap();
        scratch.run(NOTE_ISOLATION).unwrap();
        append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
        append(&store, "Order-1", placed(2), ExpectedVersion::Any).await.unwrap();
        assert_eq!(isolations(&scratch).await, ["read committed"]);
    }
}

#[tokio::test]
async fn events_are_never_changed() {
    let scratch = Scratch::new().unwrap();
    let store = open(scratch.dsn()).await;
    append(&store, "Order-1", placed(2), ExpectedVersion::Any).await.unwrap();
    for statement in
        ["UPDATE onefold.events SET type = 'x'", "DELETE FROM onefold.events", "TRUNCATE onefold.events"]
    {
        let error = scratch.run(statement).unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    assert_eq!(check_whole(&store).await, 2);
}

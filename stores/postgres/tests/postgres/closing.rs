//! The end of a store, and what it is busy with before.

use std::time::Duration;

use onefold::{EventWriter, ExpectedVersion, StreamId, WriteError};
use onefold_test_postgres::Scratch;
use tokio::time::{sleep, timeout};

use crate::support::{append, check_whole, envelopes, open, placed, raw};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_queued_is_written_and_what_comes_later_refused() {
    let scratch = Scratch::new().unwrap();
    for round in 0..10 {
        let store = open(scratch.dsn()).await;
        // All to one stream, so that each has to wait for the one before.
        let stream_id = format!("Order-{round}");
        let appends: Vec<_> = (0..100)
            .map(|_| {
                let (store, stream_id) = (store.clone(), stream_id.clone());
                tokio::spawn(async move { append(&store, &stream_id, placed(1), ExpectedVersion::Any).await })
            })
            .collect();
        while store.backend().stats().queued == 0 {
            tokio::task::yield_now().await;
        }
        let queued = store.backend().stats().queued;
        store.close().await.unwrap();
        let mut written = 0;
        for append in appends {
            match append.await.unwrap() {
                Ok(_) => written += 1,
                Err(error) => assert_eq!(error.code(), "closed", "{error}"),
            }
        }
        assert!(written >= queued, "{written} of {queued}");
        let sql = format!("SELECT FROM onefold.events WHERE stream_id = '{stream_id}'");
        assert_eq!(raw(scratch.dsn()).await.query(&sql, &[]).await.unwrap().len(), written);
        let stream_id = StreamId::new(stream_id).unwrap();
        let late = store.backend().append(&stream_id, envelopes(1), ExpectedVersion::Any).await;
        assert!(matches!(late, Err(WriteError::Store(error)) if error.code() == "closed"));
    }
    check_whole(open(scratch.dsn()).await.as_ref()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_ends_though_others_go_on() {
    let scratch = Scratch::new().unwrap();
    let store = open(scratch.dsn()).await;
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = store.clone();
            let stream_id = StreamId::new(format!("Order-{task}")).unwrap();
            // Past the store's face, which would refuse them itself.
            tokio::spawn(async move {
                while store.backend().append(&stream_id, envelopes(1), ExpectedVersion::Any).await.is_ok() {}
            })
        })
        .collect();
    while store.head().await.unwrap().get() < 100 {}
    timeout(Duration::from_secs(10), store.close()).await.unwrap().unwrap();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stats_tell_what_waits_and_what_is_written() {
    let scratch = Scratch::new().unwrap();
    let store = open(scratch.dsn()).await;
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
    let mut holder = raw(scratch.dsn()).await;
    let lock = holder.transaction().await.unwrap();
    lock.query("SELECT FROM onefold.streams FOR UPDATE", &[]).await.unwrap();
    let appends: Vec<_> = (0..3)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(
                async move { append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap() },
            )
        })
        .collect();
    let mut stats = store.backend().stats();
    while (stats.queued, stats.writing, stats.connections - stats.idle) != (2, 1, 1) {
        sleep(Duration::from_millis(5)).await;
        stats = store.backend().stats();
    }
    lock.commit().await.unwrap();
    for append in appends {
        append.await.unwrap();
    }
    store.close().await.unwrap();
    let stats = store.backend().stats();
    assert_eq!((stats.queued, stats.writing, stats.waiting), (0, 0, 0));
}

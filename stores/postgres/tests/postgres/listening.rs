//! Notifications of appends, for whoever listens.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use onefold::ExpectedVersion;
use onefold_postgres::PostgresOptions;
use onefold_test_postgres::Scratch;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;
use tokio_postgres::{AsyncMessage, Client, Config, NoTls};

use crate::support::{append, open, placed, raw, try_open};

const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listeners_are_told_of_the_last_position() {
    let scratch = Scratch::new().unwrap();
    let store = open(scratch.dsn()).await;
    let (_client, mut told) = listen(scratch.dsn()).await;
    let appended = append(&store, "Order-1", placed(3), ExpectedVersion::Any).await.unwrap();
    assert_eq!(
        timeout(PATIENCE, told.recv()).await.unwrap(),
        Some(("onefold".to_owned(), appended.position.get()))
    );

    let begun = Instant::now();
    let appends = (0..500).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            append(&store, &format!("Order-{number}"), placed(1), ExpectedVersion::Any)
                .await
                .unwrap()
                .position
        })
    });
    let mut last = 0;
    for append in appends.collect::<Vec<_>>() {
        last = append.await.unwrap().get().max(last);
    }
    let mut count = 0_u128;
    let mut before = appended.position.get();
    while before < last {
        let (_, position) = timeout(PATIENCE, told.recv()).await.unwrap().unwrap();
        assert!(position > before, "{position} after {before}");
        (before, count) = (position, count + 1);
    }
    let most = begun.elapsed().as_millis() / 5 + 2;
    assert!(count <= most, "{count} notifications in the time of {most}");
}

#[tokio::test]
async fn closing_still_tells_of_the_last_append() {
    let scratch = Scratch::new().unwrap();
    open(scratch.dsn()).await.close().await.unwrap();
    let (_client, mut told) = listen(scratch.dsn()).await;
    for round in 1..=10 {
        let dsn = scratch.dsn().to_owned();
        // In a runtime that ends with it: what has not been sent by then never is.
        let work = move || Runtime::new().unwrap().block_on(append_and_close(&dsn));
        tokio::task::spawn_blocking(work).await.unwrap();
        assert_eq!(timeout(PATIENCE, told.recv()).await.unwrap(), Some(("onefold".to_owned(), round)));
    }
}

async fn append_and_close(dsn: &str) {
    let store = open(dsn).await;
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn telling_goes_on_after_its_connection_was_cut() {
    let scratch = Scratch::new().unwrap();
    let store = open(scratch.dsn()).await;
    let (_client, mut told) = listen(scratch.dsn()).await;
    for round in 1..=5 {
        append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
        assert_eq!(timeout(PATIENCE, told.recv()).await.unwrap(), Some(("onefold".to_owned(), round)));
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'onefold' AND datname = current_database()";
        scratch.run(cut).unwrap();
        store.head().await.unwrap();
    }
}

#[tokio::test]
async fn nobody_is_told_where_the_options_say_so() {
    let scratch = Scratch::new().unwrap();
    let store = try_open(scratch.dsn(), PostgresOptions { notify: false, ..PostgresOptions::default() })
        .await
        .unwrap();
    let (client, mut told) = listen(scratch.dsn()).await;
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
    store.close().await.unwrap();
    // Notifications come in the order of their commits.
    client.batch_execute("NOTIFY onefold, '0'").await.unwrap();
    assert_eq!(timeout(PATIENCE, told.recv()).await.unwrap(), Some(("onefold".to_owned(), 0)));
    assert_eq!(raw(scratch.dsn()).await.query("SELECT FROM onefold.events", &[]).await.unwrap().len(), 1);
}

/// The channel and the position of each notification.
async fn listen(dsn: &str) -> (Client, UnboundedReceiver<(String, u64)>) {
    let (client, mut connection) = dsn.parse::<Config>().unwrap().connect(NoTls).await.unwrap();
    let (sender, receiver) = unbounded_channel();
    tokio::spawn(async move {
        let mut messages = stream::poll_fn(|context| connection.poll_message(context));
        while let Some(Ok(message)) = messages.next().await {
            if let AsyncMessage::Notification(told) = message {
                let _ = sender.send((told.channel().to_owned(), told.payload().parse().unwrap()));
            }
        }
    });
    client.batch_execute("LISTEN onefold").await.unwrap();
    (client, receiver)
}

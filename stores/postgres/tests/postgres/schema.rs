//! Which version of the tables a schema has.

use std::sync::Arc;

use onefold::ExpectedVersion;
use onefold_postgres::{PostgresOptions, PostgresStore, TokioHost};
use onefold_test_postgres::Scratch;

use crate::support::{append, check_whole, open, placed, try_open};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_migrate_at_once_share_one_store() {
    for _ in 0..5 {
        let scratch = Scratch::new().unwrap();
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let dsn = scratch.dsn().to_owned();
                tokio::spawn(async move {
                    let store = open(&dsn).await;
                    append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
                    store.epoch()
                })
            })
            .collect();
        let mut epochs = Vec::new();
        for task in tasks {
            epochs.push(task.await.unwrap());
        }
        assert!(epochs.iter().all(|epoch| *epoch == epochs[0]));
        assert_eq!(check_whole(open(scratch.dsn()).await.as_ref()).await, 8);
    }
}

#[tokio::test]
async fn migration_waits_to_be_asked_where_the_options_say_so() {
    let scratch = Scratch::new().unwrap();
    let by_hand = PostgresOptions { migrate: false, ..PostgresOptions::default() };
    refused(&scratch, by_hand.clone(), "has no tables of onefold; call migrate").await;
    let error = scratch.run("SELECT FROM onefold.meta").unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");

    for _ in 0..2 {
        PostgresStore::migrate(scratch.dsn(), Arc::new(TokioHost), by_hand.clone()).await.unwrap();
        try_open(scratch.dsn(), by_hand.clone()).await.unwrap();
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let scratch = Scratch::new().unwrap();
    drop(open(scratch.dsn()).await);
    scratch.run("UPDATE onefold.meta SET value = '2' WHERE key = 'schema_version'").unwrap();
    refused(&scratch, PostgresOptions::default(), "has version 2").await;
}

#[tokio::test]
async fn a_schema_of_something_else_is_refused_and_left_alone() {
    for table in ["meta (key text, value text)", "events (name text)"] {
        let scratch = Scratch::new().unwrap();
        scratch.run(&format!("CREATE SCHEMA onefold; CREATE TABLE onefold.{table}")).unwrap();
        refused(&scratch, PostgresOptions::default(), "of something else").await;
        let error = scratch.run("SELECT FROM onefold.streams").unwrap_err();
        assert!(error.to_string().contains("does not exist"), "{error}");
    }
}

async fn refused(scratch: &Scratch, options: PostgresOptions, why: &str) {
    let error = try_open(scratch.dsn(), options).await.err().unwrap();
    assert_eq!(error.code(), "migration", "{error}");
    assert!(error.to_string().contains(why), "{error}");
}

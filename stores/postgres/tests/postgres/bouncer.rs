//! Behind a proxy that pools transactions.

use std::time::Duration;

use onefold::ExpectedVersion;
use onefold_postgres::PostgresOptions;
use onefold_test_postgres::{Bouncer, Scratch};

use crate::support::{NOTE_ISOLATION, all, append, check_whole, isolations, open, placed, try_open};

/// One refuses settings of the connection, one drops them.
const SETTINGS: [&str; 2] = ["", "ignore_startup_parameters = options"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn appends_and_reads_work() {
    for settings in SETTINGS {
        let scratch = Scratch::new().unwrap();
        // What an append must not run at, though it is the default.
        scratch.set("default_transaction_isolation", "'serializable'").unwrap();
        let Some(bouncer) = Bouncer::start(scratch.dsn(), settings).unwrap() else {
            return;
        };
        drop(open(scratch.dsn()).await);
        scratch.run(NOTE_ISOLATION).unwrap();
        let stores = [open(&bouncer.dsn()).await, open(&bouncer.dsn()).await, open(scratch.dsn()).await];
        let appends: Vec<_> = (0..600)
            .map(|number| {
                let store = stores[number % 3].clone();
                tokio::spawn(async move {
                    append(&store, &format!("Order-{}", number % 7), placed(1), ExpectedVersion::Any)
                        .await
                        .unwrap();
                })
            })
            .collect();
        for append in appends {
            append.await.unwrap();
        }
        assert_eq!(isolations(&scratch).await, ["read committed"]);
        for store in &stores {
            assert_eq!(check_whole(store).await, 600);
            let events = all(store).await;
            assert!(store.event_exists(events[0].id).await.unwrap());
            assert_eq!(append(store, "Order-1", placed(1), 1).await.unwrap_err().code(), "conflict");
        }
    }
}

#[tokio::test]
async fn statements_still_end_in_time() {
    for settings in SETTINGS {
        let scratch = Scratch::new().unwrap();
        let Some(bouncer) = Bouncer::start(scratch.dsn(), settings).unwrap() else {
            return;
        };
        let timeout = Some(Duration::from_millis(300));
        let options = PostgresOptions { statement_timeout: timeout, ..PostgresOptions::default() };
        let store = try_open(&bouncer.dsn(), options).await.unwrap();
        crate::refusals::stays_locked(&scratch, &store).await;
    }
}

//! A server that is killed and started again while tasks append.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use onefold::ExpectedVersion;
use onefold_test_postgres::Server;
use tokio::time::sleep;
use uuid::Uuid;

use crate::support::{all, append, check_whole, identified, open};

const ROUNDS: usize = 3;
const TASKS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_there_once_after_kills() {
    let server = Arc::new(Server::start().unwrap());
    let store = open(&server.dsn("postgres")).await;
    let done = Arc::new(AtomicBool::new(false));
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (store, done) = (store.clone(), done.clone());
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                let mut failures = 0;
                while !done.load(Ordering::SeqCst) {
                    let id = Uuid::new_v4();
                    let stream_id = format!("Order-{}", task % 5);
                    // What is not acknowledged is tried again with the same id, until it is.
                    while let Err(error) =
                        append(&store, &stream_id, identified(id), ExpectedVersion::Any).await
                    {
                        assert_eq!(error.code(), "store_unavailable", "{error}");
                        failures += 1;
                    }
                    acknowledged.push(id);
                }
                (acknowledged, failures)
            })
        })
        .collect();
    for _ in 0..ROUNDS {
        sleep(Duration::from_millis(400)).await;
        let server = server.clone();
        let restarted = tokio::task::spawn_blocking(move || {
            server.kill()?;
            server.restart()
        });
        restarted.await.unwrap().unwrap();
    }
    sleep(Duration::from_millis(400)).await;
    done.store(true, Ordering::SeqCst);
    let (mut acknowledged, mut failures) = (Vec::new(), 0);
    for task in tasks {
        let (of_task, failures_of_task) = task.await.unwrap();
        acknowledged.extend(of_task);
        failures += failures_of_task;
    }

    println!("{} acknowledged, {failures} failures", acknowledged.len());
    assert!(failures >= ROUNDS, "{failures} appends failed: the kills were not noticed");
    assert_eq!(check_whole(&store).await, acknowledged.len());
    let stored: HashSet<_> = all(&store).await.iter().map(|event| event.id.uuid()).collect();
    assert!(acknowledged.iter().all(|id| stored.contains(id)));
}

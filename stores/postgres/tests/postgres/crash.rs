//! A server that is killed and started again while tasks append.

use std::sync::Arc;
use std::time::Duration;

use onefold_test_postgres::Server;
use tokio::time::sleep;

use crate::load::Load;
use crate::support::open;

const ROUNDS: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_there_once_after_kills() {
    let server = Arc::new(Server::start().unwrap());
    let store = open(&server.dsn("postgres")).await;
    let load = Load::start(&store);
    for round in 0..ROUNDS {
        sleep(Duration::from_millis(100 + 37 * (round as u64 % 5))).await;
        let server = server.clone();
        let restarted = tokio::task::spawn_blocking(move || {
            server.kill()?;
            server.restart()
        });
        restarted.await.unwrap().unwrap();
    }
    sleep(Duration::from_millis(200)).await;
    assert!(load.failures() >= ROUNDS, "{} appends failed: the kills were not noticed", load.failures());
    load.check(&store).await;
}

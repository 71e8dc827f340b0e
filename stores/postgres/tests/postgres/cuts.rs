//! Connections that are cut in the middle of an append.

use std::time::Duration;

use onefold_test_postgres::Scratch;
use tokio::time::sleep;

use crate::load::Load;
use crate::proxy::Proxy;
use crate::support::open;

const CUTS: usize = 150;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_there_once_after_cuts() {
    let scratch = Scratch::new().unwrap();
    let proxy = Proxy::plain(scratch.dsn()).await;
    let store = open(&proxy.dsn("sslmode=disable")).await;
    proxy.cut();
    let load = Load::start(&store);
    while proxy.cuts() < CUTS || load.failures() < CUTS / 4 {
        sleep(Duration::from_millis(10)).await;
    }
    println!("{} cuts", proxy.cuts());
    load.check(open(scratch.dsn()).await.as_ref()).await;
}

//! Which appends are written together.

use std::time::Duration;

use futures_util::future::join_all;
use onefold::ExpectedVersion;
use onefold_test_postgres::Scratch;
use tokio::time::timeout;

use crate::support::{append, check_whole, open, placed, raw, until_one_waits};

/// Every commit takes 5 ms after its statement, as on a slow disk.
const SLOW_COMMITS: &str = "
    CREATE FUNCTION flush() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF current_setting('test.flushed', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
            PERFORM pg_sleep(0.005), set_config('test.flushed', pg_current_xact_id()::text, true);
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER flush AFTER INSERT ON onefold.events DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION flush()";
const TASKS: usize = 8;
const APPENDS: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_slow_disk_all_who_wait_share_a_commit() {
    let per_commit = TASKS * APPENDS / commits_of_tasks("on").await;
    // Two groups of four would take turns, each waiting for the flush of the other.
    assert!(per_commit > TASKS / 2, "{per_commit} events in a commit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_no_commit_waits_for_the_disk_two_groups_share_what_waits() {
    let per_commit = TASKS * APPENDS / commits_of_tasks("off").await;
    assert!(per_commit <= TASKS / 2, "{per_commit} events in a commit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_waits_for_another_process_is_overtaken() {
    let scratch = Scratch::new().unwrap();
    let store = open(scratch.dsn()).await;
    append(&store, "Order-1", placed(1), ExpectedVersion::NoStream).await.unwrap();
    let mut holder = raw(scratch.dsn()).await;
    let lock = holder.transaction().await.unwrap();
    lock.query("SELECT FROM onefold.streams FOR UPDATE", &[]).await.unwrap();
    let late = {
        let store = store.clone();
        tokio::spawn(async move { append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap() })
    };
    until_one_waits(&scratch).await;

    for version in 0..3 {
        let other = append(&store, "Order-2", placed(1), version);
        timeout(Duration::from_secs(30), other).await.expect("it waits for the other").unwrap();
    }
    assert!(!late.is_finished());
    lock.commit().await.unwrap();
    assert_eq!(late.await.unwrap().version.get(), 2);
    assert_eq!(check_whole(&store).await, 5);
}

/// In how many commits some tasks append, each one event after the other.
async fn commits_of_tasks(synchronous_commit: &str) -> usize {
    let scratch = Scratch::new().unwrap();
    open(scratch.dsn()).await.close().await.unwrap();
    scratch.run(SLOW_COMMITS).unwrap();
    scratch.set("synchronous_commit", synchronous_commit).unwrap();
    let store = open(scratch.dsn()).await;
    let tasks = (0..TASKS).map(|task| {
        let (store, stream_id) = (store.clone(), format!("Order-{task}"));
        tokio::spawn(async move {
            for _ in 0..APPENDS {
                append(&store, &stream_id, placed(1), ExpectedVersion::Any).await.unwrap();
            }
        })
    });
    for done in join_all(tasks).await {
        done.unwrap();
    }
    assert_eq!(check_whole(&store).await, TASKS * APPENDS);
    let commits = "SELECT count(DISTINCT xmin::text) FROM onefold.events";
    let row = raw(scratch.dsn()).await.query_one(commits, &[]).await.unwrap();
    usize::try_from(row.get::<_, i64>(0)).unwrap()
}

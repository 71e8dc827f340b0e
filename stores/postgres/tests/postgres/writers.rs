//! Processes that write. Each is this test binary again, told by its environment what to do.

use std::env;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use onefold::{ExpectedVersion, Store};
use onefold_postgres::PostgresStore;
use tokio::time::sleep;
use tokio_postgres::{Client, Statement};

use crate::support::{RAW_APPEND, append, open, placed, raw};

const TASKS: usize = 6;
const HELD: Duration = Duration::from_millis(200);

/// Starts a process that writes at least so many events to the database.
pub(crate) fn start(dsn: &str, number: usize, events: usize) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "writers::process"])
        .env("ONEFOLD_TEST_DSN", dsn)
        .env("ONEFOLD_TEST_NUMBER", number.to_string())
        .env("ONEFOLD_TEST_EVENTS", events.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Not a test but the other process, when the environment says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn process() {
    let Ok(dsn) = env::var("ONEFOLD_TEST_DSN") else {
        return;
    };
    let number = |name: &str| env::var(name).unwrap().parse::<usize>().unwrap();
    write(&dsn, number("ONEFOLD_TEST_NUMBER"), number("ONEFOLD_TEST_EVENTS")).await;
}

/// Writes in several tasks: 1 and 5 events an append, to streams of its own and to shared ones; of each ten appends
/// one is rolled back, and of each fifty one is kept open after it has taken its positions.
async fn write(dsn: &str, process: usize, events: usize) {
    let store = open(dsn).await;
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (store, dsn) = (store.clone(), dsn.to_owned());
            tokio::spawn(async move {
                let mut raw = Raw::connect(&dsn).await;
                let mut written = 0;
                for round in task * 7.. {
                    if written >= events.div_ceil(TASKS) {
                        break;
                    }
                    written += turn(&store, &mut raw, (process, task, round)).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// One append, and how many events it came to.
async fn turn(
    store: &Store<PostgresStore>,
    raw: &mut Raw,
    (process, task, round): (usize, usize, usize),
) -> usize {
    let count = if round % 4 == 0 { 1 } else { 5 };
    let stream_id = match round % 3 {
        0 => format!("Shared-{}", round % 5),
        _ => format!("Order-{process}-{task}"),
    };
    if round % 10 == 3 {
        raw.append(&stream_id, count, Duration::ZERO, false).await;
        return 0;
    }
    if round % 50 == 16 {
        let own = format!("Held-{process}-{task}");
        raw.append(&own, count, HELD, true).await;
    } else if round % 10 == 1 {
        raw.append(&stream_id, count, Duration::ZERO, true).await;
    } else {
        append(store, &stream_id, placed(count), ExpectedVersion::Any).await.unwrap();
    }
    count
}

/// Appends as the store does, in transactions that the test begins and ends.
struct Raw {
    client: Client,
    statement: Statement,
}

impl Raw {
    async fn connect(dsn: &str) -> Self {
        let client = raw(dsn).await;
        let statement = client.prepare(RAW_APPEND).await.unwrap();
        Self { client, statement }
    }

    async fn append(&mut self, stream_id: &str, count: usize, held: Duration, commits: bool) {
        let transaction = self.client.transaction().await.unwrap();
        transaction.query(&self.statement, &[&stream_id, &i32::try_from(count).unwrap()]).await.unwrap();
        sleep(held).await;
        if commits {
            transaction.commit().await.unwrap();
        } else {
            transaction.rollback().await.unwrap();
        }
    }
}

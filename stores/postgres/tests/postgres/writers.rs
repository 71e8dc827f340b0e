//! Processes that write. Each is this test binary again, told by its environment what to do.

use std::env;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use onefold::ExpectedVersion;
use tokio::time::sleep;

use crate::support::{RAW_APPEND, append, open, placed, raw};

const TASKS: usize = 3;
const HELD: Duration = Duration::from_millis(200);

/// Starts a process that writes to the database for so long.
pub(crate) fn start(dsn: &str, number: usize, duration: Duration) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "writers::process"])
        .env("ONEFOLD_TEST_DSN", dsn)
        .env("ONEFOLD_TEST_NUMBER", number.to_string())
        .env("ONEFOLD_TEST_MILLIS", duration.as_millis().to_string())
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
    let number = env::var("ONEFOLD_TEST_NUMBER").unwrap().parse().unwrap();
    let millis = env::var("ONEFOLD_TEST_MILLIS").unwrap().parse().unwrap();
    write(&dsn, number, Duration::from_millis(millis)).await;
}

/// Writes in several tasks: 1 and 5 events an append, to streams of its own and to shared ones; of each ten appends
/// one is rolled back, and some keep their transaction open after they have taken their positions.
pub(crate) async fn write(dsn: &str, number: usize, duration: Duration) {
    let end = Instant::now() + duration;
    let store = open(dsn).await;
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (store, dsn) = (store.clone(), dsn.to_owned());
            tokio::spawn(async move {
                let mut client = raw(&dsn).await;
                for round in (task..).step_by(7) {
                    if Instant::now() > end {
                        break;
                    }
                    let stream_id = match round % 3 {
                        0 => format!("Shared-{}", round % 5),
                        _ => format!("Order-{number}-{task}"),
                    };
                    let count = if round % 2 == 0 { 1 } else { 5 };
                    match round % 20 {
                        0 | 1 => transaction(&mut client, &stream_id, count, Duration::ZERO, false).await,
                        2 => {
                            let own = format!("Held-{number}-{task}");
                            transaction(&mut client, &own, count, HELD, round % 40 == 2).await;
                        }
                        3..9 => transaction(&mut client, &stream_id, count, Duration::ZERO, true).await,
                        _ => {
                            let events = placed(count.unsigned_abs() as usize);
                            append(&store, &stream_id, events, ExpectedVersion::Any).await.unwrap();
                        }
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn transaction(
    client: &mut tokio_postgres::Client,
    stream_id: &str,
    count: i32,
    held: Duration,
    commits: bool,
) {
    let transaction = client.transaction().await.unwrap();
    transaction.query(RAW_APPEND, &[&stream_id, &count]).await.unwrap();
    sleep(held).await;
    if commits {
        transaction.commit().await.unwrap();
    } else {
        transaction.rollback().await.unwrap();
    }
}

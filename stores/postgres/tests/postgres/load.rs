use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use onefold::{ExpectedVersion, Store};
use onefold_postgres::PostgresStore;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::support::{all, append, check_whole, identified};

const TASKS: usize = 8;

/// Tasks that append, each event with an id that is tried again until it is acknowledged.
pub(crate) struct Load {
    done: Arc<AtomicBool>,
    failures: Arc<AtomicUsize>,
    tasks: Vec<JoinHandle<Vec<Uuid>>>,
}

impl Load {
    pub(crate) fn start(store: &Arc<Store<PostgresStore>>) -> Self {
        let (done, failures) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let tasks = (0..TASKS).map(|task| {
            let (store, done, failures) = (store.clone(), done.clone(), failures.clone());
            tokio::spawn(async move { append_until(&store, task, &done, &failures).await })
        });
        Self { done: done.clone(), failures: failures.clone(), tasks: tasks.collect() }
    }

    /// How many appends have failed.
    pub(crate) fn failures(&self) -> usize {
        self.failures.load(Ordering::SeqCst)
    }

    /// Ends the tasks, and checks that what they were told is what is in the store: each event once, and no other.
    pub(crate) async fn check(self, store: &Store<PostgresStore>) {
        self.done.store(true, Ordering::SeqCst);
        let mut acknowledged = HashSet::new();
        for task in self.tasks {
            acknowledged.extend(task.await.unwrap());
        }
        let stored: Vec<_> = all(store).await.iter().map(|event| event.id.uuid()).collect();
        println!("{} acknowledged, {} failures", acknowledged.len(), self.failures.load(Ordering::SeqCst));
        assert_eq!(stored.len(), acknowledged.len());
        assert!(stored.iter().all(|id| acknowledged.contains(id)));
        assert_eq!(check_whole(store).await, acknowledged.len());
    }
}

async fn append_until(
    store: &Store<PostgresStore>,
    task: usize,
    done: &AtomicBool,
    failures: &AtomicUsize,
) -> Vec<Uuid> {
    let mut acknowledged = Vec::new();
    while !done.load(Ordering::SeqCst) {
        let id = Uuid::new_v4();
        let stream_id = format!("Order-{}", task % 5);
        while let Err(error) = append(store, &stream_id, identified(id), ExpectedVersion::Any).await {
            assert_eq!(error.code(), "store_unavailable", "{error}");
            failures.fetch_add(1, Ordering::SeqCst);
        }
        acknowledged.push(id);
    }
    acknowledged
}

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use onefold::{StoreError, StoreErrorKind};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_postgres::Error;
use tokio_util::task::TaskTracker;

use crate::append::group::{self, Outcome, Request, Statements, Written};
use crate::append::pace::Pace;
use crate::append::queue::{Pending, Queue};
use crate::connect::Connector;
use crate::error::{failed, is_disconnected, is_known, is_victim};
use crate::notify::Notifier;
use crate::options::PostgresOptions;
use crate::pool::{Pool, closed};
use crate::schema::SchemaName;
use crate::server::Server;

/// How often a group is written anew after it was the victim of a deadlock.
const VICTIM_RETRIES: usize = 3;
/// How often other tasks come first while not everyone who was just answered has come back.
const MOST_YIELDS: usize = 4;

/// Writes what callers want appended. It does so in tasks of its own, so that a caller who stops waiting tears
/// nothing; what comes in meanwhile makes the next group.
#[derive(Clone)]
pub(crate) struct Writer(Arc<Shared>);

struct Shared {
    pool: Arc<Pool>,
    schema: SchemaName,
    statements: Statements,
    runtime: Handle,
    notifier: Option<Notifier>,
    queue: Mutex<Queue>,
    tasks: TaskTracker,
}

impl Writer {
    pub(crate) fn new(
        pool: Arc<Pool>,
        connector: Connector,
        runtime: Handle,
        server: &Server,
        options: &PostgresOptions,
    ) -> Self {
        let (schema, tasks) = (options.schema.clone(), TaskTracker::new());
        let host = pool.host().clone();
        let notifier = options.notify.then(|| Notifier::start(connector, schema.clone(), host, &runtime));
        let pace = if server.waits_for_disk { Pace::Unknown } else { Pace::Unhindered };
        let queue = Mutex::new(Queue::new(pace));
        let statements = Statements::of(&schema);
        Self(Arc::new(Shared { pool, schema, statements, runtime, notifier, queue, tasks }))
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.0.pool
    }

    pub(crate) fn schema(&self) -> &SchemaName {
        &self.0.schema
    }

    /// How many appends wait, and how many are being written.
    pub(crate) fn lengths(&self) -> (usize, usize) {
        self.queue().lengths()
    }

    /// Writes what is queued, and takes no more.
    pub(crate) async fn close(&self) {
        self.queue().is_closed = true;
        // Tasks end when nothing is left to write.
        self.0.tasks.close();
        self.0.tasks.wait().await;
        if let Some(notifier) = &self.0.notifier {
            notifier.close().await;
        }
    }

    /// Writes a request and waits for its outcome.
    pub(super) async fn write(&self, request: Request) -> Result<Outcome, StoreError> {
        // Before the queue is locked: a fork may have come while it was.
        self.0.pool.check_process()?;
        let (answer, outcome) = oneshot::channel();
        self.enqueue(Pending { request, answer })?;
        outcome.await.unwrap_or_else(|_| {
            let fault = "the runtime that the store was opened in has ended; open the store again";
            Err(StoreError::new(StoreErrorKind::Unavailable, fault))
        })
    }

    fn enqueue(&self, pending: Pending) -> Result<(), StoreError> {
        let mut queue = self.queue();
        if queue.is_closed {
            return Err(closed());
        }
        queue.push(pending);
        self.start(&mut queue);
        Ok(())
    }

    /// Starts one more task where that is of use.
    fn start(&self, queue: &mut Queue) {
        if queue.needs_task() {
            queue.tasks += 1;
            let writer = self.clone();
            self.0.tasks.spawn_on(async move { writer.drain().await }, &self.0.runtime);
        }
    }

    /// Writes groups until nothing is left that another task is not about to take.
    async fn drain(&self) {
        let mut answered = 0;
        loop {
            self.gather(answered).await;
            let group = {
                let mut queue = self.queue();
                let group = queue.take();
                if group.is_empty() {
                    queue.tasks -= 1;
                    return;
                }
                self.start(&mut queue);
                group
            };
            answered = group.len();
            let streams: Vec<_> = group.iter().map(|pending| pending.request.stream_id.clone()).collect();
            self.write_in_time(group).await;
            self.queue().release(&streams);
        }
    }

    /// Waits a moment for what joins the next group: whoever has just been answered may have more to append.
    async fn gather(&self, answered: usize) {
        let (most_yields, before) = {
            let mut queue = self.queue();
            if queue.has_waiting() && !queue.returns.are_worth_waiting() {
                return;
            }
            // A flush is worth more than a moment.
            (if queue.pace.waits_for_disk() { MOST_YIELDS } else { 1 }, queue.came)
        };
        let came = || self.queue().came.wrapping_sub(before);
        for _ in 0..most_yields {
            tokio::task::yield_now().await;
            if came() >= answered {
                break;
            }
        }
        self.0.pool.host().gather().await;
        let came = came();
        self.queue().returns.note(answered, came);
    }

    /// Writes a group. While it takes long, as behind a stream that another process has locked, others overtake it.
    async fn write_in_time(&self, group: Vec<Pending>) {
        let patience = self.queue().pace.patience(group.len());
        let mut writing = pin!(self.write_group(group));
        let Some(patience) = patience else {
            return writing.await;
        };
        if timeout(patience, &mut writing).await.is_ok() {
            return;
        }
        {
            let mut queue = self.queue();
            queue.note_late();
            self.start(&mut queue);
        }
        writing.await;
        self.queue().note_done();
    }

    async fn write_group(&self, group: Vec<Pending>) {
        let requests: Vec<_> = group.iter().map(|pending| &pending.request).collect();
        match (self.try_write(&requests).await, group.len()) {
            (Ok(outcomes), _) => {
                self.notify(&outcomes);
                for (pending, outcome) in group.into_iter().zip(outcomes) {
                    pending.tell(Ok(outcome));
                }
            }
            (Err(Failure::Lost(error)), _) | (Err(Failure::Refused(error)), 1) => {
                for pending in group {
                    pending.tell(Err(StoreError::new(error.kind, error.to_string())));
                }
            }
            (Err(Failure::Known), 1) => {
                for pending in group {
                    pending.tell(Ok(Outcome::Known));
                }
            }
            // One of them spoiled it for all: each by itself.
            (Err(Failure::Known | Failure::Refused(_)), _) => {
                for pending in group {
                    Box::pin(self.write_group(vec![pending])).await;
                }
            }
        }
    }

    async fn try_write(&self, requests: &[&Request]) -> Result<Vec<Outcome>, Failure> {
        let mut retries = 0;
        loop {
            let client = self.0.pool.client().await.map_err(Failure::Lost)?;
            let start = Instant::now();
            match group::write(&self.0.pool, &client, &self.0.statements, requests).await {
                Err(error) if is_victim(&error) && retries < VICTIM_RETRIES => retries += 1,
                Err(error) => return Err(Failure::from(error)),
                Ok(Written { outcomes, worked }) => {
                    self.queue().pace.note(requests.len(), worked, start.elapsed());
                    return Ok(outcomes);
                }
            }
        }
    }

    fn notify(&self, outcomes: &[Outcome]) {
        let positions = outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Written(appended) => Some(appended.position),
            Outcome::Refused { .. } | Outcome::Known => None,
        });
        if let (Some(notifier), Some(last)) = (&self.0.notifier, positions.max()) {
            notifier.committed(last);
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        // A panic elsewhere cannot leave the queue half-changed.
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a group was not written.
enum Failure {
    /// An id of its events is stored already.
    Known,
    /// There is no connection, or none any more: others would fare no better.
    Lost(StoreError),
    /// The database refused it.
    Refused(StoreError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if is_known(&error) {
            return Self::Known;
        }
        if is_disconnected(&error) { Self::Lost(failed(error)) } else { Self::Refused(failed(error)) }
    }
}

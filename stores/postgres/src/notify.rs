use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use onefold::{Host, Position};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error};
use tokio_util::task::TaskTracker;

use crate::backoff::Backoff;
use crate::connect::Connector;
use crate::schema::SchemaName;

/// The shortest time between two notifications: each is a commit, and excludes others for that moment.
const PAUSE: Duration = Duration::from_millis(5);

/// The notification does not survive a crash, so its commit need not wait for the disk.
const NOTIFY: &str = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";

/// Tells listeners up to where was appended, after the commit and from a connection of its own: within the appends
/// it would cost a third of the throughput and more. What comes in while one is sent is told by the next.
pub(crate) struct Notifier {
    last: Mutex<Option<watch::Sender<u64>>>,
    sending: TaskTracker,
}

impl Notifier {
    /// Starts the task that sends; it ends when the notifier is closed or dropped.
    pub(crate) fn start(
        connector: Connector,
        schema: SchemaName,
        host: Arc<dyn Host>,
        runtime: &Handle,
    ) -> Self {
        let (sender, last) = watch::channel(0);
        let sending = TaskTracker::new();
        sending.spawn_on(Sending { connector, schema, host }.follow(last), runtime);
        Self { last: Mutex::new(Some(sender)), sending }
    }

    /// Events up to this position have been committed.
    pub(crate) fn committed(&self, position: Position) {
        if let Some(last) = self.last.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            last.send_if_modified(|last| {
                let is_later = position.get() > *last;
                *last = position.get().max(*last);
                is_later
            });
        }
    }

    /// Sends what is left to send, and no more.
    pub(crate) async fn close(&self) {
        drop(self.last.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.sending.close();
        self.sending.wait().await;
    }
}

struct Sending {
    connector: Connector,
    schema: SchemaName,
    host: Arc<dyn Host>,
}

impl Sending {
    async fn follow(self, mut last: watch::Receiver<u64>) {
        let (mut client, mut backoff) = (None, Backoff::new());
        while last.changed().await.is_ok() {
            let position = *last.borrow_and_update();
            match self.send(&mut client, position).await {
                Ok(()) => {
                    backoff = Backoff::new();
                    sleep(PAUSE).await;
                }
                // The store is closed: whoever listens will find the events by looking.
                Err(_) if last.has_changed().is_err() => return,
                Err(error) => {
                    log::debug!("onefold: position {position} could not be notified: {error}");
                    client = None;
                    last.mark_changed();
                    sleep(backoff.pause(self.host.as_ref())).await;
                }
            }
        }
    }

    async fn send(&self, client: &mut Option<Client>, position: u64) -> Result<(), Error> {
        if client.is_none() {
            *client = Some(self.connector.connect().await?.0);
        }
        if let Some(client) = client {
            let params = [(&self.schema.as_str() as _, Type::TEXT), (&position.to_string() as _, Type::TEXT)];
            client.query_typed(NOTIFY, &params).await?;
        }
        Ok(())
    }
}

use std::process;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Manager, ManagerConfig, Object, PoolError, RecyclingMethod, Runtime, Status, TimeoutType,
};
use onefold::{ClosedError, Host, StoreError, StoreErrorKind};
use tokio::time::{Instant, sleep};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, Row};

use crate::backoff::Backoff;
use crate::connect::Connector;
use crate::error::{failed, is_disconnected};
use crate::options::PostgresOptions;
use crate::session::{Plan, Session};

/// The connections of a store, made when they are needed and again when they are lost.
pub(crate) struct Pool {
    connections: deadpool_postgres::Pool,
    session: Session,
    patience: Duration,
    host: Arc<dyn Host>,
    process: u32,
}

impl Pool {
    pub(crate) fn new(
        connector: Connector,
        session: Session,
        options: &PostgresOptions,
        host: Arc<dyn Host>,
    ) -> Result<Self, StoreError> {
        let config = connector.config().clone();
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let timeout = Some(options.connect_timeout);
        let connections =
            deadpool_postgres::Pool::builder(Manager::from_connect(config, connector, recycling))
                .max_size(options.connections)
                .wait_timeout(timeout)
                .create_timeout(timeout)
                .runtime(Runtime::Tokio1)
                .build()
                .map_err(|error| StoreError::new(StoreErrorKind::Failed, error.to_string()))?;
        Ok(Self { connections, session, patience: options.connect_timeout, host, process: process::id() })
    }

    /// A connection. A server that is away is tried again, at growing intervals, until patience is at its end.
    pub(crate) async fn client(&self) -> Result<Object, StoreError> {
        self.check_process()?;
        let deadline = Instant::now() + self.patience;
        let mut backoff = Backoff::new();
        loop {
            let error = match self.connections.get().await {
                Ok(client) => return Ok(client),
                Err(PoolError::Backend(error)) => error,
                Err(other) => return Err(self.exhausted(&other)),
            };
            let pause = backoff.pause(self.host.as_ref());
            if !is_disconnected(&error) || Instant::now() + pause > deadline {
                return Err(failed(error));
            }
            sleep(pause).await;
        }
    }

    /// Runs a statement on a connection of the pool.
    pub(crate) async fn run(
        &self,
        client: &ClientWrapper,
        plan: Plan,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, Error> {
        self.session.run(client, plan, sql, params, |row| row).await
    }

    /// Whether a statement is planned once for a connection and not each time.
    pub(crate) fn keeps_plans(&self) -> bool {
        matches!(self.session, Session::Kept)
    }

    /// Reads. Connections that turn out to be lost are replaced, as many as there may be: reading twice does no harm.
    pub(crate) async fn read(
        &self,
        plan: Plan,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, StoreError> {
        self.read_as(plan, sql, params, |row| row).await
    }

    /// Reads, and converts each row while the server makes the next ones.
    pub(crate) async fn read_as<T>(
        &self,
        plan: Plan,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
        convert: impl Fn(Row) -> T,
    ) -> Result<Vec<T>, StoreError> {
        let mut others = self.connections.status().max_size;
        loop {
            match self.session.run(&*self.client().await?, plan, sql, params, &convert).await {
                Err(error) if is_disconnected(&error) && others > 0 => others -= 1,
                read => return read.map_err(failed),
            }
        }
    }

    pub(crate) fn host(&self) -> &Arc<dyn Host> {
        &self.host
    }

    pub(crate) fn status(&self) -> Status {
        self.connections.status()
    }

    pub(crate) fn close(&self) {
        self.connections.close();
    }

    /// Refuses the child of the process that opened the store: the connections are its parent's, and the tasks that
    /// serve them are not there.
    pub(crate) fn check_process(&self) -> Result<(), StoreError> {
        if process::id() == self.process {
            return Ok(());
        }
        let fault = "the store was open when this process was forked; close it in this process and open it again, or \
                     start processes by spawn";
        Err(StoreError::new(StoreErrorKind::Failed, fault))
    }

    fn exhausted(&self, error: &PoolError) -> StoreError {
        let message = match error {
            PoolError::Closed => return closed(),
            PoolError::Timeout(TimeoutType::Wait) => format!(
                "all {} connections stayed in use for {:?}; try again, or open the store with more connections",
                self.connections.status().max_size,
                self.patience
            ),
            PoolError::Timeout(_) => {
                format!(
                    "the database did not answer within {:?}; see that it runs, and try again",
                    self.patience
                )
            }
            other => format!("{other}; open the store again"),
        };
        StoreError::new(StoreErrorKind::Unavailable, message)
    }
}

/// The store was closed while a call was on its way.
pub(crate) fn closed() -> StoreError {
    StoreError::new(StoreErrorKind::Closed, ClosedError.to_string())
}

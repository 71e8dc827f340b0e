use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, PoolError, RecyclingMethod, Runtime, TimeoutType};
use onefold::{StoreError, StoreErrorKind};
use tokio::time::{Instant, sleep};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Config, Row};

use crate::connect::Connector;
use crate::error::{failed, is_disconnected};
use crate::options::PostgresOptions;

const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The connections of a store, made when they are needed and again when they are lost.
pub(crate) struct Pool {
    pool: deadpool_postgres::Pool,
    patience: Duration,
}

impl Pool {
    pub(crate) fn new(
        config: Config,
        connector: Connector,
        options: &PostgresOptions,
    ) -> Result<Self, StoreError> {
        let manager = Manager::from_connect(
            config,
            connector,
            ManagerConfig { recycling_method: RecyclingMethod::Fast },
        );
        let timeout = Some(options.connect_timeout);
        let pool = deadpool_postgres::Pool::builder(manager)
            .max_size(options.connections)
            .wait_timeout(timeout)
            .create_timeout(timeout)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::new(StoreErrorKind::Failed, error.to_string()))?;
        Ok(Self { pool, patience: options.connect_timeout })
    }

    /// A connection. A server that is away is tried again, at growing intervals, until patience is at its end.
    pub(crate) async fn client(&self) -> Result<Object, StoreError> {
        let deadline = Instant::now() + self.patience;
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match self.pool.get().await {
                Ok(client) => return Ok(client),
                Err(error) => error,
            };
            match error {
                PoolError::Backend(error) if !is_disconnected(&error) => return Err(failed(error)),
                PoolError::Backend(error) if Instant::now() + pause > deadline => return Err(failed(error)),
                PoolError::Backend(_) => sleep(pause).await,
                other => return Err(self.exhausted(&other)),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Reads. A connection that turns out to be lost is replaced once: reading twice does no harm.
    pub(crate) async fn read(
        &self,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, StoreError> {
        match self.client().await?.query_typed(sql, params).await {
            Err(error) if is_disconnected(&error) => {
                self.client().await?.query_typed(sql, params).await.map_err(failed)
            }
            read => read.map_err(failed),
        }
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }

    fn exhausted(&self, error: &PoolError) -> StoreError {
        let message = match error {
            PoolError::Timeout(TimeoutType::Wait) => format!(
                "all {} connections stayed in use for {:?}; try again, or open the store with more connections",
                self.pool.status().max_size,
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

use std::pin::Pin;

use deadpool_postgres::Connect;
use onefold::{OpenError, StoreError, StoreErrorKind};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::{Client, Config, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::address::Address;
use crate::error::failed;
use crate::options::PostgresOptions;
use crate::schema::owner;
use crate::session::Session;

/// Makes connections, all of them on the runtime in which the store was opened.
#[derive(Clone)]
pub(crate) struct Connector {
    config: Config,
    runtime: Handle,
    tls: Option<MakeRustlsConnect>,
}

impl Connector {
    /// A connector to this address, its first connection, and what statements need on its connections.
    ///
    /// It is tried once: a wrong address should show at once.
    pub(crate) async fn open(
        dsn: &str,
        options: &PostgresOptions,
        runtime: Handle,
    ) -> Result<(Self, Client, Session), OpenError> {
        owner::check_name(options.owner.as_deref())?;
        let address = Address::parse(dsn, options)?;
        let tls = address.tls.map(MakeRustlsConnect::new);
        let with_settings = Session::configured(&address.config, options);
        let mut connector = Self { config: with_settings, runtime, tls };
        let opening = async {
            let client = match connector.connect().await {
                Err(error) if Session::is_refused_by(&error) => {
                    connector.config = address.config;
                    connector.connect().await?.0
                }
                connected => connected?.0,
            };
            let session = Session::of(&client, options).await?;
            Ok((connector, client, session))
        };
        let opened = timeout(options.connect_timeout, opening).await.map_err(|_| {
            let patience = options.connect_timeout;
            let fault =
                format!("the database did not answer within {patience:?}; see that it runs, and try again");
            StoreError::new(StoreErrorKind::Unavailable, fault)
        })?;
        Ok(opened.map_err(failed)?)
    }

    /// A new connection, and the task that serves it.
    pub(crate) async fn connect(&self) -> Result<(Client, JoinHandle<()>), Error> {
        match &self.tls {
            None => {
                let (client, connection) = self.config.connect(NoTls).await?;
                Ok((client, self.runtime.spawn(async move { log_end(connection.await) })))
            }
            Some(tls) => {
                let (client, connection) = self.config.connect(tls.clone()).await?;
                Ok((client, self.runtime.spawn(async move { log_end(connection.await) })))
            }
        }
    }

    pub(crate) const fn config(&self) -> &Config {
        &self.config
    }
}

impl Connect for Connector {
    fn connect(
        &self,
        _: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + '_>> {
        Box::pin(self.connect())
    }
}

fn log_end(ended: Result<(), Error>) {
    if let Err(error) = ended {
        log::debug!("onefold: a connection to PostgreSQL has ended: {error}");
    }
}

use std::sync::Arc;

use deadpool_postgres::Connect;
use onefold::{InvalidArgumentError, StoreError, StoreErrorKind};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Config, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::failed;
use crate::options::PostgresOptions;

/// The oldest server that the tests run on, as PostgreSQL counts its versions.
const OLDEST_SERVER: i32 = 140_000;

/// Makes connections, all of them on the runtime in which the store was opened.
#[derive(Clone)]
pub(crate) struct Connector {
    runtime: Handle,
    tls: Option<MakeRustlsConnect>,
}

impl Connector {
    pub(crate) fn new(
        runtime: Handle,
        config: &Config,
        options: &PostgresOptions,
    ) -> Result<Self, InvalidArgumentError> {
        let tls = match &options.tls {
            Some(tls) => Some(tls.clone()),
            None if config.get_ssl_mode() == SslMode::Require => Some(trusted_by_the_system()?),
            None => None,
        };
        Ok(Self { runtime, tls: tls.map(MakeRustlsConnect::new) })
    }

    pub(crate) async fn connect(&self, config: &Config) -> Result<(Client, JoinHandle<()>), Error> {
        match &self.tls {
            None => {
                let (client, connection) = config.connect(NoTls).await?;
                Ok((client, self.runtime.spawn(async move { log_end(connection.await) })))
            }
            Some(tls) => {
                let (client, connection) = config.connect(tls.clone()).await?;
                Ok((client, self.runtime.spawn(async move { log_end(connection.await) })))
            }
        }
    }
}

impl Connect for Connector {
    fn connect(
        &self,
        config: &Config,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + '_>> {
        let (connector, config) = (self.clone(), config.clone());
        Box::pin(async move { connector.connect(&config).await })
    }
}

/// The address, with what the options say.
pub(crate) fn config(address: &str, options: &PostgresOptions) -> Result<Config, InvalidArgumentError> {
    if options.connections == 0 {
        return Err(InvalidArgumentError::new("connections", "it is 0; give at least 1"));
    }
    let mut config: Config = address.parse().map_err(|error: Error| {
        let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        // The address itself is not shown: it may hold a password.
        let form = "write it as in postgresql://user@host/database";
        InvalidArgumentError::new(
            "dsn",
            format!("it is no address of a PostgreSQL database: {cause}; {form}"),
        )
    })?;
    if config.get_application_name().is_none() {
        config.application_name(&options.application_name);
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(options.connect_timeout);
    }
    if options.tls.is_some() {
        config.ssl_mode(SslMode::Require);
    }
    if let Some(timeout) = options.statement_timeout {
        // An append that waited for another must see what that one wrote; stricter isolation fails it instead.
        let given = config.get_options().unwrap_or_default();
        let settings = format!(
            "-c default_transaction_isolation=read\\ committed -c statement_timeout={} {given}",
            timeout.as_millis()
        );
        config.options(settings);
    }
    // What appends hold back is not known on a replica, so readers must not read there.
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    Ok(config)
}

/// Refuses a server or a database that cannot hold a store.
pub(crate) async fn check_server(client: &Client) -> Result<(), StoreError> {
    let sql = "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')";
    let row = client.query_typed(sql, &[] as &[(&(dyn tokio_postgres::types::ToSql + Sync), Type)]).await;
    let row = row.map_err(failed)?;
    let (version, encoding): (i32, String) = match row.first() {
        Some(row) => (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?),
        None => (0, String::new()),
    };
    check_version(version)?;
    if encoding != "UTF8" {
        let fault = format!("the database has the encoding `{encoding}`; make one with the encoding UTF8");
        return Err(StoreError::new(StoreErrorKind::Failed, fault));
    }
    Ok(())
}

fn check_version(version: i32) -> Result<(), StoreError> {
    if version >= OLDEST_SERVER {
        return Ok(());
    }
    let fault = format!(
        "the server is PostgreSQL {}, onefold needs {} or newer; upgrade it or connect to another",
        version / 10_000,
        OLDEST_SERVER / 10_000
    );
    Err(StoreError::new(StoreErrorKind::Failed, fault))
}

fn trusted_by_the_system() -> Result<rustls::ClientConfig, InvalidArgumentError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| InvalidArgumentError::new("tls", error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn log_end(ended: Result<(), Error>) {
    if let Err(error) = ended {
        log::debug!("onefold: a connection to PostgreSQL has ended: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_server_is_refused() {
        let error = check_version(130_014).unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Failed);
        assert!(error.to_string().contains("PostgreSQL 13"), "{error}");
        assert!(check_version(140_000).is_ok());
    }

    #[test]
    fn an_address_that_is_none_is_refused_without_showing_it() {
        let error =
            config("postgresql://shop:secret@host:port/shop", &PostgresOptions::default()).unwrap_err();
        assert_eq!(error.argument, "dsn");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

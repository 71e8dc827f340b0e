use deadpool_postgres::ClientWrapper;
use futures_util::TryStreamExt;
use futures_util::future::join3;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, Error, Row};

use crate::options::PostgresOptions;

/// How the server is told the isolation and the time limit of our statements.
///
/// An append that waited for another one must see what that one wrote, so the isolation is always read committed,
/// whatever the default of the database is: a stricter one would fail the append instead.
pub(crate) enum Session {
    /// By settings of the connection, made when it was.
    Kept,
    /// With every statement: a proxy in between takes no settings, or drops them.
    Anew {
        /// What begins the transaction of a statement.
        begin: String,
    },
}

impl Session {
    /// The address with our settings of the connection.
    pub(crate) fn configured(config: &Config, options: &PostgresOptions) -> Config {
        let timeout =
            options.statement_timeout.map(|timeout| format!("-c statement_timeout={}", timeout.as_millis()));
        let settings = format!(
            // A timeout in the address wins. The last one tells whether the settings have reached the server.
            "{} {} -c default_transaction_isolation=read\\ committed -c onefold.session=kept",
            timeout.unwrap_or_default(),
            config.get_options().unwrap_or_default(),
        );
        let mut config = config.clone();
        config.options(settings);
        config
    }

    /// Whether a proxy refused our settings, so that another try without them may do.
    pub(crate) fn is_refused_by(error: &Error) -> bool {
        // "unsupported startup parameter: options"; servers take them all, or fail in other ways.
        error.code().is_some_and(|code| code.code() == "08P01")
    }

    /// What this connection needs.
    pub(crate) async fn of(client: &Client, options: &PostgresOptions) -> Result<Self, Error> {
        let sql = "SELECT current_setting('onefold.session', true) = 'kept'";
        let rows = client.query_typed(sql, &[]).await?;
        if rows.first().is_some_and(|row| row.try_get(0).unwrap_or(false)) {
            return Ok(Self::Kept);
        }
        let mut begin = "BEGIN ISOLATION LEVEL READ COMMITTED".to_owned();
        if let Some(timeout) = options.statement_timeout {
            begin = format!("{begin}; SET LOCAL statement_timeout = {}", timeout.as_millis());
        }
        Ok(Self::Anew { begin })
    }

    /// Runs a statement in a transaction of its own. Each row is converted while the server makes the next ones.
    ///
    /// Behind a proxy nothing is prepared: it may hand the next statement to a connection that has prepared something
    /// else under the same name.
    pub(crate) async fn run<T>(
        &self,
        client: &ClientWrapper,
        plan: Plan,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
        convert: impl Fn(Row) -> T,
    ) -> Result<Vec<T>, Error> {
        match (self, plan) {
            (Self::Kept, Plan::Kept) => {
                let (values, types): (Vec<_>, Vec<_>) = params.iter().cloned().unzip();
                let statement = client.prepare_typed_cached(sql, &types).await?;
                client.query_raw(&statement, values).await?.map_ok(convert).try_collect().await
            }
            (Self::Kept, Plan::Anew) => typed(client, sql, params, convert).await,
            (Self::Anew { begin }, _) => {
                // All three are sent at once, in this order. After an error, the last one is a rollback.
                let rows = typed(client, sql, params, convert);
                let (begun, rows, ended) =
                    join3(client.batch_execute(begin), rows, client.batch_execute("COMMIT")).await;
                let rows = rows?;
                begun.and(ended)?;
                Ok(rows)
            }
        }
    }
}

async fn typed<T>(
    client: &ClientWrapper,
    sql: &str,
    params: &[(&(dyn ToSql + Sync), Type)],
    convert: impl Fn(Row) -> T,
) -> Result<Vec<T>, Error> {
    client.query_typed_raw(sql, params.iter().cloned()).await?.map_ok(convert).try_collect().await
}

/// How often a statement is parsed and planned.
#[derive(Clone, Copy)]
pub(crate) enum Plan {
    /// Once for a connection: the best plan does not depend on the arguments.
    Kept,
    /// Each time: it does.
    Anew,
}

use std::time::Duration;

use crate::schema::SchemaName;

/// How a store in PostgreSQL is opened.
///
/// ```
/// use onefold_postgres::{PostgresOptions, SchemaName};
///
/// let options = PostgresOptions { schema: SchemaName::new("shop")?, connections: 4, ..Default::default() };
/// assert!(options.migrate);
/// # Ok::<(), onefold::InvalidArgumentError>(())
/// ```
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// The schema that holds the tables: `onefold`.
    pub schema: SchemaName,
    /// How many connections are open at the most: 10, at least 1.
    pub connections: usize,
    /// How long a call waits for a connection, and goes on trying to reach a server that is away: 10 seconds.
    pub connect_timeout: Duration,
    /// How long the server works on one statement, waiting for locks included: 30 seconds; none for no end.
    pub statement_timeout: Option<Duration>,
    /// What the server shows for these connections in `pg_stat_activity`: `onefold`. A name in the address wins.
    pub application_name: String,
    /// How connections are encrypted and the server's certificate is checked, where that is not by `sslmode` and
    /// `sslrootcert` in the address. Given, connections are always encrypted.
    pub tls: Option<rustls::ClientConfig>,
    /// Whether opening may make the tables of a new store and bring older ones up to date: yes. Otherwise a schema
    /// that needs it is an error, and [`PostgresStore::migrate`](crate::PostgresStore::migrate) does it.
    pub migrate: bool,
    /// Whether appends are notified to listeners (`LISTEN onefold`, or whatever the schema's name is): yes. The
    /// payload is the position of the last event. It takes a connection more.
    pub notify: bool,
    /// The role that shall own the tables: none, which is the role that makes them. Given, the tables are made as that
    /// role, of which the one in the address must be a member, and it is granted what it needs to append and read. A
    /// store whose role could change events all the same is then not opened.
    pub owner: Option<String>,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            schema: SchemaName::default(),
            connections: 10,
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Some(Duration::from_secs(30)),
            application_name: "onefold".to_owned(),
            tls: None,
            migrate: true,
            notify: true,
            owner: None,
        }
    }
}

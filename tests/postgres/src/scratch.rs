use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, process, thread};

use tokio_postgres::{Config, NoTls};

use crate::{Failure, Server};

static SERVER: OnceLock<Result<Server, Failure>> = OnceLock::new();
static MADE: AtomicU32 = AtomicU32::new(0);

/// A fresh database, dropped at the end of the test.
pub struct Scratch {
    server: String,
    number: u32,
    name: String,
    dsn: String,
}

impl Scratch {
    /// Makes a database.
    ///
    /// # Errors
    /// [`Failure`] where there is no server, or it does not let us.
    pub fn new() -> Result<Self, Failure> {
        let server = match env::var("ONEFOLD_TEST_POSTGRES") {
            Ok(address) => address,
            Err(_) => SERVER.get_or_init(Server::start).as_ref().map_err(Clone::clone)?.dsn("postgres"),
        };
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("onefold_test_{}_{number}", process::id());
        run(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
        run(&server, &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))?;
        let dsn = with_setting(&server, "dbname", &name);
        Ok(Self { server, number, name, dsn })
    }

    /// The address of the database.
    pub fn dsn(&self) -> &str {
        &self.dsn
    }

    /// Which of this process's databases it is.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The address with another setting in it, such as another `user`.
    pub fn dsn_with(&self, key: &str, value: &str) -> String {
        with_setting(&self.dsn, key, value)
    }

    /// Sets a parameter of the server for later connections to the database.
    ///
    /// # Errors
    /// [`Failure`] with what the server says.
    pub fn set(&self, parameter: &str, value: &str) -> Result<(), Failure> {
        run(&self.server, &format!("ALTER DATABASE {} SET {parameter} = {value}", self.name))
    }

    /// Runs statements in the database.
    ///
    /// # Errors
    /// [`Failure`] with what the server says.
    pub fn run(&self, sql: &str) -> Result<(), Failure> {
        run(&self.dsn, sql)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // On a server of our own it would go anyway.
        let _ = run(&self.server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// Runs statements on a connection of their own, on a thread of its own: the caller may be in a runtime.
pub(crate) fn run(dsn: &str, sql: &str) -> Result<(), Failure> {
    let work = async {
        let (client, connection) = dsn.parse::<Config>()?.connect(NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute(sql).await
    };
    let worked = thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map_err(|error| Failure::new("no runtime", error))?.block_on(work).map_err(|error| {
                let said = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
                Failure::new(sql, said)
            })
        });
        thread.join()
    });
    worked.unwrap_or_else(|_| Err(Failure::new(sql, "its thread panicked")))
}

/// An address in either form with a setting at its end: of two the last one counts.
fn with_setting(dsn: &str, key: &str, value: &str) -> String {
    if !dsn.contains("://") {
        return format!("{dsn} {key}={value}");
    }
    let joint = if dsn.contains('?') { '&' } else { '?' };
    format!("{dsn}{joint}{key}={value}")
}

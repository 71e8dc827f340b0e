//! A PostgreSQL server for tests.
//!
//! [`Scratch`] is a fresh database on the server that `ONEFOLD_TEST_POSTGRES` names by its address, or else on a
//! throw-away one that lives as long as the test's process. [`Server`] is always a throw-away one, which may be killed
//! and started again. [`Bouncer`] is a proxy before either.
//!
//! ```
//! # fn main() -> Result<(), onefold_test_postgres::Failure> {
//! let scratch = onefold_test_postgres::Scratch::new()?;
//! assert!(scratch.dsn().contains("dbname=onefold_test_"));
//! # Ok(()) }
//! ```

mod binaries;
mod bouncer;
mod reach;
mod scratch;
mod server;
mod user;

pub use bouncer::Bouncer;
pub use scratch::Scratch;
pub use server::Server;

/// Why there is no server; the message says what to do.
#[derive(Clone, Debug)]
pub struct Failure(String);

impl Failure {
    pub(crate) fn new(what: &str, error: impl std::fmt::Display) -> Self {
        Self(format!("{what}: {error}"))
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

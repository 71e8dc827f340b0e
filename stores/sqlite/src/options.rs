use std::time::Duration;

/// How a SQLite file is opened.
///
/// ```
/// use std::time::Duration;
/// use onefold_sqlite::{Durability, SqliteOptions};
///
/// let options = SqliteOptions { durability: Durability::Relaxed, ..SqliteOptions::default() };
/// assert_eq!(options.busy_timeout, Duration::from_secs(5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqliteOptions {
    /// What an append that succeeded survives.
    pub durability: Durability,
    /// How long to wait for another process that is writing: 5 seconds. Any duration will do; zero gives up at once.
    /// Threads of one store take turns, and each waits for so long when its turn has come.
    pub busy_timeout: Duration,
    /// Whether opening may make the tables of a new file and bring older ones up to date: yes. Otherwise a file
    /// that needs it is an error, and [`SqliteStore::migrate`](crate::SqliteStore::migrate) does it.
    pub migrate: bool,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { durability: Durability::Strict, busy_timeout: Duration::from_secs(5), migrate: true }
    }
}

/// What an append that succeeded survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// A loss of power: every append waits for the disk (`synchronous = FULL`).
    #[default]
    Strict,
    /// A crash of the process, but of a loss of power only what the system had written by then
    /// (`synchronous = NORMAL`). The file stays whole either way. Several times as fast.
    Relaxed,
}

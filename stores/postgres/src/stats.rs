/// What a store is busy with at the moment: what to watch from within a process.
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let scratch = onefold_test_postgres::Scratch::new()?;
/// # let dsn = scratch.dsn();
/// let store = onefold_postgres::open(dsn).await?;
/// store.head().await?;
/// let stats = store.backend().stats();
/// assert_eq!((stats.queued, stats.writing, stats.waiting), (0, 0, 0));
/// assert_eq!((stats.connections, stats.idle), (1, 1));
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PostgresStats {
    /// Appends that wait for their turn. When it keeps growing, more comes in than the server can write.
    pub queued: usize,
    /// Appends that are being written.
    pub writing: usize,
    /// Connections that are open, of at most [`connections`](crate::PostgresOptions::connections).
    pub connections: usize,
    /// Those of them that nobody uses.
    pub idle: usize,
    /// Calls that wait for a connection. When there are often some, give the store more connections.
    pub waiting: usize,
}

//! The store contract over the SQLite store.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use onefold::SystemHost;
use onefold_conformance::{Failure, Harness};
use onefold_sqlite::{SqliteOptions, SqliteStore};
use tempfile::TempDir;

onefold_conformance::suite!(sqlite, Files::new());

/// Stores in files of one directory.
struct Files {
    directory: std::io::Result<TempDir>,
    made: AtomicUsize,
}

impl Files {
    fn new() -> Self {
        Self { directory: tempfile::tempdir(), made: AtomicUsize::new(0) }
    }
}

impl Harness for Files {
    type Backend = SqliteStore;

    async fn create(&self) -> Result<SqliteStore, Failure> {
        let directory = self.directory.as_ref().map_err(|error| Failure::new(error.to_string()))?;
        let name = format!("{}.db", self.made.fetch_add(1, Ordering::Relaxed));
        let path = directory.path().join(name);
        Ok(SqliteStore::open(path, Arc::new(SystemHost), SqliteOptions::default())?)
    }

    fn is_durable(&self) -> bool {
        true
    }

    async fn restart(&self, backend: SqliteStore) -> Result<SqliteStore, Failure> {
        let path = backend.path().to_owned();
        drop(backend);
        Ok(SqliteStore::open(path, Arc::new(SystemHost), SqliteOptions::default())?)
    }
}

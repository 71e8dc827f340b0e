//! The store contract over the PostgreSQL store.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use onefold_conformance::{Failure, Harness};
use onefold_postgres::{PostgresOptions, PostgresStore, SchemaName, TokioHost};
use onefold_test_postgres::Scratch;
use tokio::runtime::Runtime;

onefold_conformance::suite!(postgres, Schemas::new());

/// Stores in schemas of one database.
struct Schemas {
    scratch: Scratch,
    runtime: Runtime,
    made: AtomicUsize,
}

impl Schemas {
    fn new() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { scratch: Scratch::new().unwrap(), runtime, made: AtomicUsize::new(0) }
    }

    async fn open(&self, schema: SchemaName) -> Result<PostgresStore, Failure> {
        let options = PostgresOptions { schema, connections: 8, ..PostgresOptions::default() };
        Ok(PostgresStore::open(self.scratch.dsn(), Arc::new(TokioHost), options).await?)
    }
}

impl Harness for Schemas {
    type Backend = PostgresStore;

    async fn create(&self) -> Result<PostgresStore, Failure> {
        let name = format!("store_{}", self.made.fetch_add(1, Ordering::Relaxed));
        self.open(SchemaName::new(name)?).await
    }

    fn is_durable(&self) -> bool {
        true
    }

    async fn restart(&self, backend: PostgresStore) -> Result<PostgresStore, Failure> {
        let schema = backend.schema().clone();
        drop(backend);
        self.open(schema).await
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }
}

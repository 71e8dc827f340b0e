use std::sync::Arc;

use onefold::{EventStore, Host, Json, MemoryStore, Store, StoreOptions, StoredEvent, SystemHost};

use crate::{Failure, Shared};

/// How the suite gets at a store.
///
/// ```
/// use std::sync::Arc;
/// use onefold::{Json, MemoryStore, SystemHost};
/// use onefold_conformance::{Failure, Harness};
///
/// struct Memory;
///
/// impl Harness for Memory {
///     type Backend = MemoryStore<Json>;
///
///     async fn create(&self) -> Result<Self::Backend, Failure> {
///         Ok(MemoryStore::new(Arc::new(SystemHost)))
///     }
/// }
/// # onefold_conformance::suite!(memory, Memory);
/// ```
pub trait Harness: Sync {
    /// The store under test.
    type Backend: EventStore<Payload = Json, Page = Vec<StoredEvent<Json>>> + 'static;

    /// A fresh, empty store.
    fn create(&self) -> impl Future<Output = Result<Self::Backend, Failure>> + Send;

    /// Whether the data outlive the store: then [`restart`](Self::restart) is called.
    fn is_durable(&self) -> bool {
        false
    }

    /// A new store over the data of this one, as after a restart of the program.
    fn restart(&self, backend: Self::Backend) -> impl Future<Output = Result<Self::Backend, Failure>> + Send
    where
        Self::Backend: Send,
    {
        async { Ok(backend) }
    }

    /// Runs a future to its end on this thread, where a store needs a runtime of its own.
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        pollster::block_on(future)
    }
}

/// The harness of [`MemoryStore`].
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryHarness;

impl Harness for MemoryHarness {
    type Backend = MemoryStore<Json>;

    async fn create(&self) -> Result<Self::Backend, Failure> {
        Ok(MemoryStore::new(host()))
    }
}

/// A fresh store with default options.
pub(crate) async fn fresh<H: Harness>(harness: &H) -> Result<Store<Shared<H::Backend>>, Failure> {
    open(&Shared::new(harness.create().await?), StoreOptions::default())
}

/// A store with these options over data that others may be open on.
pub(crate) fn open<B>(backend: &Shared<B>, options: StoreOptions<Json>) -> Result<Store<Shared<B>>, Failure>
where
    B: EventStore<Payload = Json, Page = Vec<StoredEvent<Json>>>,
{
    Ok(Store::new(backend.clone(), host(), options)?)
}

pub(crate) fn host() -> Arc<dyn Host> {
    Arc::new(SystemHost)
}

use std::error::Error;

use crate::envelope::{Envelope, Metadata};
use crate::marker::{MaybeSend, MaybeSync};

/// Adds metadata to new events: a trace id, a tenant. Runs once for each, in the order given.
///
/// What it gives goes over what the event has, field by field.
/// Any `Fn(&Envelope<P>) -> Result<Metadata<P>, Box<dyn Error + Send + Sync>>` is one.
///
/// ```
/// # use std::sync::Arc;
/// # use onefold::{EventType, MemoryStore, NewEvent, ReadStream, Store, SystemHost};
/// use onefold::{Envelope, Json, Metadata, StoreOptions};
///
/// # pollster::block_on(async {
/// # let host = Arc::new(SystemHost);
/// let tenant = |_: &Envelope<Json>| Ok(Metadata::none().with_tenant("acme"));
/// let options = StoreOptions { enrichers: vec![Box::new(tenant)], ..StoreOptions::default() };
/// # let store = Store::new(MemoryStore::new(host.clone()), host, options)?;
/// # let event = NewEvent::new(EventType::new("OrderPlaced")?, Json::parse("{}")?);
/// # store.append("Order-1", vec![event], Default::default()).await?;
/// # let stored = store.read_stream("Order-1", ReadStream::default()).await?;
/// # assert_eq!(stored[0].metadata.tenant.as_deref(), Some("acme"));
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
pub trait Enricher<P>: MaybeSend + MaybeSync {
    /// The metadata to lay over the event's own.
    ///
    /// # Errors
    /// Whatever goes wrong in it fails the append, and nothing is written.
    fn enrich(&self, event: &Envelope<P>) -> Result<Metadata<P>, Box<dyn Error + Send + Sync>>;
}

impl<P, F> Enricher<P> for F
where
    F: Fn(&Envelope<P>) -> Result<Metadata<P>, Box<dyn Error + Send + Sync>> + MaybeSend + MaybeSync,
{
    fn enrich(&self, event: &Envelope<P>) -> Result<Metadata<P>, Box<dyn Error + Send + Sync>> {
        self(event)
    }
}

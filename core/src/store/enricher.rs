use std::error::Error;

use crate::envelope::{Envelope, Metadata};
use crate::marker::{MaybeSend, MaybeSync};

/// Adds metadata to new events: a trace id, a tenant. Runs once for each, in the order given.
///
/// What it gives goes over what the event has, field by field.
/// Any `Fn(&Envelope<P>) -> Result<Metadata<P>, Box<dyn Error + Send + Sync>>` is one.
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

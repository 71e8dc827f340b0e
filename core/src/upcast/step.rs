use std::any::Any;
use std::error::Error;
use std::sync::Arc;

use crate::envelope::EventType;
use crate::marker::{MaybeSend, MaybeSync};
use crate::payload::Payload;

/// What brings an event from one schema version to the next, or splits or drops it.
#[derive(Clone)]
pub enum Step<P: Payload> {
    /// A declared edit of the data; the event goes on at the next version.
    Edit(P::Edit),
    /// A declared split: these events stand in its place; none drops it.
    Split(Vec<SplitPart<P::Edit>>),
    /// A function of one's own.
    Custom(Arc<dyn Upcast<P>>),
}

/// One event of a declared split: an edit of the original's data under a type.
#[derive(Clone, Debug, PartialEq)]
pub struct SplitPart<E> {
    /// The type of the product.
    pub event_type: EventType,
    /// Its schema version; absent, the next one for the same type, the current one for another.
    pub schema_version: Option<u32>,
    /// What makes its data of the original's.
    pub edit: E,
}

/// A custom upcasting step: pure, and never told of the event's place.
///
/// Any `Fn(P) -> Result<Product<P>, Box<dyn Error + Send + Sync>>` is one.
///
/// ```
/// use std::sync::Arc;
/// use onefold::{Json, Product, RegistryBuilder, Step};
///
/// let in_cents = |data: Json| {
///     let euros: f64 = data.to()?;
///     Ok(Product::Data(Json::of(&(euros * 100.0).round())?))
/// };
/// let registry = RegistryBuilder::new()
///     .event_type("Paid", 2)
///     .upcast("Paid", 1, Step::Custom(Arc::new(in_cents)))
///     .build()?;
/// assert_eq!(registry.current_version("Paid"), Some(2));
/// # Ok::<(), onefold::RegistryError>(())
/// ```
pub trait Upcast<P>: MaybeSend + MaybeSync {
    /// The event's new data, or what it splits into.
    ///
    /// # Errors
    /// Whatever goes wrong in it comes out of the read as an [`UpcastError`](crate::UpcastError).
    fn upcast(&self, data: P) -> Result<Product<P>, Box<dyn Error + Send + Sync>>;

    /// The step itself, for a [`Page`](crate::Page) that can run it without a call for each event.
    fn as_any(&self) -> Option<&dyn Any> {
        None
    }
}

/// What a custom step makes of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Product<P> {
    /// The data at the next version.
    Data(P),
    /// These events in its place; none drops it. Each is a type, data, and perhaps a schema version.
    Split(Vec<(EventType, P, Option<u32>)>),
}

impl<P, F> Upcast<P> for F
where
    F: Fn(P) -> Result<Product<P>, Box<dyn Error + Send + Sync>> + MaybeSend + MaybeSync,
{
    fn upcast(&self, data: P) -> Result<Product<P>, Box<dyn Error + Send + Sync>> {
        self(data)
    }
}

//! What events carry. The core never looks inside: it is generic over a [`Payload`], which is [`Json`] text
//! natively and an opaque JavaScript value in WebAssembly.

mod check;
mod edit;
mod json;
mod same;

pub use check::{JsonError, nesting_of, push_element, push_member};
pub use json::Json;

use crate::marker::{MaybeSend, MaybeSync};

/// A JSON value that events carry as data, metadata or state.
///
/// A clone must be cheap and isolated: nothing that a holder does to one shows in another.
pub trait Payload: Clone + MaybeSend + MaybeSync + 'static {
    /// A declared upcasting step as this payload applies it: natively [`Edit`](crate::Edit).
    type Edit: Clone + MaybeSend + MaybeSync + 'static;

    /// Its length as UTF-8 JSON text, in bytes.
    fn byte_len(&self) -> usize;

    /// How many arrays and objects lie within each other at its deepest; 0 for a scalar, 1 for `{}`.
    fn nesting(&self) -> usize;

    /// Whether it is a JSON object.
    fn is_object(&self) -> bool;

    /// Whether both are the same JSON value: members in any order, numbers compared as doubles.
    fn is_same_value(&self, other: &Self) -> bool;

    /// An object with the members of both; where both have one, that of `self`.
    #[must_use]
    fn members_over(&self, under: &Self) -> Self;

    /// The value after a declared upcasting step.
    ///
    /// # Errors
    /// Says why the step does not fit the value.
    fn edited(&self, edit: &Self::Edit) -> Result<Self, String>;
}

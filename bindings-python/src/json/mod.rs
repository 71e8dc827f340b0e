//! Between Python objects and JSON text.

mod encode;
mod python;

pub(crate) use encode::{EncodeError, encode};
pub(crate) use python::decode;

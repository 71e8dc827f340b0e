//! Appends that are made at once share a transaction, each with its own outcome.

mod doubt;
mod group;
mod heads;
mod queue;
mod record;
mod writer;

pub(crate) use writer::Writer;

//! Events and their metadata as Python sees them.

mod fields;
mod incoming;
mod metadata;
mod new;
mod stored;

pub(crate) use fields::{metadata_from, uuid_from};
pub(crate) use incoming::{Intake, event_list};
pub(crate) use metadata::Metadata;
pub(crate) use new::Event;
pub(crate) use stored::{StoredEvent, for_decider, stored_event_from};

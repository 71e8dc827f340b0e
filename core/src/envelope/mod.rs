//! Events, their envelopes and the names and numbers they carry.

mod event;
mod id;
mod metadata;
mod names;
mod numbers;
mod stored;
mod timestamp;

pub use event::{Envelope, NewEvent};
pub use id::{EventId, sequential_ids};
pub use metadata::Metadata;
pub use names::{EventType, StreamId, category_of};
pub use numbers::{Position, Version};
pub use stored::StoredEvent;
pub use timestamp::Timestamp;

//! What a store implements: reading, writing and snapshots, over events that arrive checked and complete.

mod memory;
mod range;
mod replay;
mod snapshot;
mod traits;

pub use memory::{MemoryStore, new_epoch};
pub use range::{LogRange, StreamRange};
pub use replay::{Replay, replay};
pub use snapshot::Snapshot;
pub use traits::{Appended, EventReader, EventStore, EventWriter, Recorded, SnapshotStore};

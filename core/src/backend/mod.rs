//! What a store implements: reading, writing and snapshots, over events that arrive checked and complete.

mod memory;
mod page;
mod range;
mod replay;
mod snapshot;
mod traits;

pub use memory::{MemoryLog, MemoryStore, VecLog, new_epoch};
pub use page::{Page, Place, Seen};
pub use range::{LogRange, StreamRange};
pub use replay::{Replay, replay};
pub use snapshot::Snapshot;
pub use traits::{Appended, EventReader, EventStore, EventWriter, Recorded, SnapshotStore};

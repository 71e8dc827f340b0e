use crate::envelope::{StreamId, Version};

/// A folded state, kept so that a load need not fold from the first event.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot<P> {
    /// The stream that was folded.
    pub stream_id: StreamId,
    /// The decider's name.
    pub name: String,
    /// The version of the state's shape and of `evolve`, as the decider numbers them.
    pub state_version: u32,
    /// The version of the stream up to which it was folded.
    pub version: Version,
    /// The state.
    pub state: P,
}

impl<P> Snapshot<P> {
    /// Whether this snapshot should replace the one kept: an older one never overwrites a newer.
    pub fn replaces(&self, kept: &Self) -> bool {
        (self.state_version, self.version) > (kept.state_version, kept.version)
    }
}

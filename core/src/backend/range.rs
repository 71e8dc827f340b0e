use crate::envelope::{Position, Version};

/// Which events of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamRange {
    /// The first version to give, inclusive; absent, the stream's first, or its last when going backwards.
    pub from: Option<Version>,
    /// How many events at the most.
    pub limit: Option<usize>,
    /// From high versions to low.
    pub backwards: bool,
}

impl StreamRange {
    /// Whether a version lies in the range.
    pub fn contains(&self, version: Version) -> bool {
        self.from.is_none_or(|from| if self.backwards { version <= from } else { version >= from })
    }
}

/// Which events of the whole store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogRange {
    /// The position to begin after (backwards: below), exclusive; absent, the beginning (backwards: the head).
    pub after: Option<Position>,
    /// How many events at the most.
    pub limit: Option<usize>,
    /// From high positions to low.
    pub backwards: bool,
}

impl LogRange {
    /// Whether a position lies in the range.
    pub fn contains(&self, position: Position) -> bool {
        self.after.is_none_or(|after| if self.backwards { position < after } else { position > after })
    }
}

use std::time::Duration;

/// How an IndexedDB database is opened.
///
/// ```
/// use std::time::Duration;
/// use onefold_indexeddb::{Durability, IndexedDbOptions};
///
/// let options = IndexedDbOptions { durability: Durability::Relaxed, ..IndexedDbOptions::default() };
/// assert_eq!(options.blocked_timeout, Duration::from_secs(5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexedDbOptions {
    /// What an append that succeeded survives.
    pub durability: Durability,
    /// How long opening waits for tabs and workers that hold the database in an older version, or are deleting it:
    /// 5 seconds, at the most 24 days. A browser does not tell of deletions: for these it waits at least a second.
    pub blocked_timeout: Duration,
}

impl Default for IndexedDbOptions {
    fn default() -> Self {
        Self { durability: Durability::Strict, blocked_timeout: Duration::from_secs(5) }
    }
}

impl IndexedDbOptions {
    #[cfg(target_family = "wasm")]
    /// The patience in milliseconds, as far as the timers of browsers count.
    pub(crate) fn patience(&self) -> u32 {
        let most = i32::MAX.unsigned_abs();
        u32::try_from(self.blocked_timeout.as_millis()).map_or(most, |millis| millis.min(most))
    }
}

/// What an append that succeeded survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// A loss of power: every append waits for the disk.
    #[default]
    Strict,
    /// A crash of the tab or the browser, but of a loss of power only what the system had written by then.
    Relaxed,
}

#[cfg(target_family = "wasm")]
impl Durability {
    /// As IndexedDB names it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Relaxed => "relaxed",
        }
    }
}

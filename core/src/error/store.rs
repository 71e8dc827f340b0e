use std::error::Error;
use std::fmt;

/// What kind of failure a store had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// Something else: a corrupt file, a full disk, an error of a custom store.
    Failed,
    /// It does not answer, or stays locked: a later try may succeed.
    Unavailable,
    /// Its schema is not ours, or of another version.
    Migration,
    /// It was closed meanwhile.
    Closed,
}

/// A store that failed at its own work. Whether a failed append was written is open unless the store says so:
/// a retry with the same event ids tells.
///
/// ```
/// use onefold::{StoreError, StoreErrorKind};
///
/// let error = StoreError::new(StoreErrorKind::Unavailable, "the file stays locked; try again later");
/// assert_eq!(error.code(), "store_unavailable");
/// ```
#[derive(Debug)]
pub struct StoreError {
    /// What kind of failure.
    pub kind: StoreErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl StoreError {
    /// A failure of this kind; the message says what to do.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// With what caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The stable code: `store`, `store_unavailable`, `migration` or `closed`.
    pub const fn code(&self) -> &'static str {
        match self.kind {
            StoreErrorKind::Failed => "store",
            StoreErrorKind::Unavailable => "store_unavailable",
            StoreErrorKind::Migration => "migration",
            StoreErrorKind::Closed => "closed",
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

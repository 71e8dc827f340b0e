use std::fmt;

use crate::envelope::Version;

/// What the stream must be like for an append to be written; checked atomically with the write.
///
/// ```
/// use onefold::{ExpectedVersion, Version};
///
/// assert!(ExpectedVersion::NoStream.accepts(Version::ZERO));
/// assert!(!ExpectedVersion::from(3).accepts(Version::new(4)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExpectedVersion {
    /// Anything: never a conflict.
    #[default]
    Any,
    /// It must not exist.
    NoStream,
    /// It must exist.
    StreamExists,
    /// It must be at this version; 0 is [`NoStream`](Self::NoStream).
    Exact(Version),
}

impl ExpectedVersion {
    /// Whether a stream at this version is as expected.
    pub fn accepts(self, actual: Version) -> bool {
        match self {
            Self::Any => true,
            Self::StreamExists => actual > Version::ZERO,
            Self::NoStream => actual == Version::ZERO,
            Self::Exact(expected) => actual == expected,
        }
    }

    /// The one version that is accepted, where there is one.
    pub const fn exact(self) -> Option<Version> {
        match self {
            Self::Any | Self::StreamExists => None,
            Self::NoStream => Some(Version::ZERO),
            Self::Exact(version) => Some(version),
        }
    }
}

impl From<Version> for ExpectedVersion {
    fn from(version: Version) -> Self {
        Self::Exact(version)
    }
}

impl From<u64> for ExpectedVersion {
    fn from(version: u64) -> Self {
        Self::Exact(version.into())
    }
}

impl fmt::Display for ExpectedVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any version"),
            Self::NoStream => f.write_str("no stream"),
            Self::StreamExists => f.write_str("an existing stream"),
            Self::Exact(version) => write!(f, "version {version}"),
        }
    }
}

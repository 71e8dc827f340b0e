use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::envelope::Timestamp;
use crate::error::InvalidArgumentError;

/// The id of an event, unique in a store: a UUID of any version, kept and shown in lower case.
///
/// ```
/// use onefold::EventId;
///
/// let id: EventId = "0190F3C4-7B1E-7C3A-8F00-0123456789AB".parse()?;
/// assert_eq!(id.to_string(), "0190f3c4-7b1e-7c3a-8f00-0123456789ab");
/// # Ok::<(), onefold::InvalidArgumentError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(Uuid);

impl EventId {
    /// Takes a UUID.
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID.
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// Reads the 16 bytes of a UUID.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The 16 bytes of the UUID.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl FromStr for EventId {
    type Err = InvalidArgumentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self).map_err(|_| {
            InvalidArgumentError::new(
                "id",
                format!("`{text}` is not a UUID; give 32 hexadecimal digits with hyphens"),
            )
        })
    }
}

impl From<Uuid> for EventId {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.hyphenated(), f)
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Ids for the events of one commit: `UUIDv7` (RFC 9562) that count up by one, so that a store can index a
/// whole commit by the first of them.
///
/// `random` are ten fresh random bytes.
///
/// ```
/// use onefold::{Timestamp, sequential_ids};
///
/// let mut ids = sequential_ids(Timestamp::from_micros(1_700_000_000_000_000), [7; 10]);
/// let (first, second) = (ids.next().unwrap(), ids.next().unwrap());
/// assert_eq!(second.uuid().as_u128() - first.uuid().as_u128(), 1);
/// assert_eq!(first.uuid().get_version_num(), 7);
/// ```
pub fn sequential_ids(now: Timestamp, random: [u8; 10]) -> impl Iterator<Item = EventId> {
    let millis = u64::try_from(now.as_micros() / 1000).unwrap_or(0);
    let first = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().as_u128();
    // The counter starts in the lower half of its 62 bits: no commit is long enough to overflow them.
    let first = first & !(1 << 61);
    (0..).map(move |index: u128| EventId(Uuid::from_u128(first + index)))
}

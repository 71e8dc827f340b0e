use crate::envelope::{Metadata, NewEvent};
use crate::error::{InvalidArgumentError, LimitExceededError};
use crate::payload::Payload;

/// How much an append may hold. Checked before anything is written.
///
/// ```
/// use onefold::Limits;
///
/// let limits = Limits { data_bytes: 64 * 1024, ..Limits::default() };
/// assert_eq!(limits.events, 10_000);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// UTF-8 bytes of an event's data as JSON: 1 MiB.
    pub data_bytes: usize,
    /// UTF-8 bytes of an event's metadata as JSON: 64 KiB.
    pub metadata_bytes: usize,
    /// Arrays and objects within each other, the outermost being the first: 128; at most [`Self::MAX_NESTING`].
    pub nesting: usize,
    /// Events of one append: 10,000.
    pub events: usize,
    /// Characters (Unicode code points) of a stream id: 255.
    pub stream_id_chars: usize,
    /// Characters of an event's type: 255.
    pub type_chars: usize,
    /// Characters of a tenant, a correlation id and a causation id each: 255.
    pub reference_chars: usize,
}

impl Limits {
    /// How far `nesting` may be raised: deeper values would overflow the stacks of JSON readers.
    pub const MAX_NESTING: usize = 512;

    /// Whether the limits themselves are in range.
    ///
    /// # Errors
    /// [`InvalidArgumentError`] where `nesting` is past [`Self::MAX_NESTING`].
    pub fn check(&self) -> Result<(), InvalidArgumentError> {
        if self.nesting > Self::MAX_NESTING {
            let reason =
                format!("{} is past {}; JSON readers would overflow", self.nesting, Self::MAX_NESTING);
            return Err(InvalidArgumentError::new("limits.nesting", reason));
        }
        Ok(())
    }

    pub(crate) fn check_stream_id(&self, stream_id: &str) -> Result<(), LimitExceededError> {
        chars("stream_id", stream_id, self.stream_id_chars)
    }

    pub(crate) fn check_event<P: Payload>(&self, event: &NewEvent<P>) -> Result<(), LimitExceededError> {
        chars("type", event.event_type.as_str(), self.type_chars)?;
        self.check_payload("data", &event.data, self.data_bytes)
    }

    pub(crate) fn check_count(&self, events: usize) -> Result<(), LimitExceededError> {
        at_most("events", "events", events, self.events)
    }

    pub(crate) fn check_metadata<P: Payload>(
        &self,
        metadata: &Metadata<P>,
    ) -> Result<(), LimitExceededError> {
        let mut members = Vec::new();
        let references = [
            ("correlation_id", &metadata.correlation_id),
            ("causation_id", &metadata.causation_id),
            ("tenant", &metadata.tenant),
        ];
        for (field, reference) in references {
            if let Some(text) = reference {
                chars(field, text, self.reference_chars)?;
                members.push(member_bytes(field, json_string_bytes(text)));
            }
        }
        if let Some(extra) = &metadata.extra {
            members.push(member_bytes("extra", extra.byte_len()));
            self.check_payload("metadata", extra, self.metadata_bytes)?;
        }
        let commas = members.len().saturating_sub(1);
        at_most("metadata", "bytes", "{}".len() + members.iter().sum::<usize>() + commas, self.metadata_bytes)
    }

    fn check_payload<P: Payload>(
        &self,
        field: &'static str,
        value: &P,
        bytes: usize,
    ) -> Result<(), LimitExceededError> {
        at_most(field, "bytes", value.byte_len(), bytes)?;
        at_most("nesting", "levels", value.nesting(), self.nesting)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            data_bytes: 1 << 20,
            metadata_bytes: 1 << 16,
            nesting: 128,
            events: 10_000,
            stream_id_chars: 255,
            type_chars: 255,
            reference_chars: 255,
        }
    }
}

fn at_most(
    field: &'static str,
    unit: &'static str,
    actual: usize,
    limit: usize,
) -> Result<(), LimitExceededError> {
    if actual <= limit { Ok(()) } else { Err(LimitExceededError { field, limit, actual, unit }) }
}

fn chars(field: &'static str, text: &str, limit: usize) -> Result<(), LimitExceededError> {
    // A text has no more characters than bytes: most need no counting.
    if text.len() <= limit { Ok(()) } else { at_most(field, "characters", text.chars().count(), limit) }
}

/// `"field":value`
fn member_bytes(field: &str, value_bytes: usize) -> usize {
    field.len() + value_bytes + r#""":"#.len()
}

fn json_string_bytes(text: &str) -> usize {
    serde_json::to_string(text).map_or(text.len(), |json| json.len())
}

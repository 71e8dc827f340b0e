//! Events as serde writes them, `{"type": …, "data": …}`, to and from the payload.

use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::envelope::{EventType, NewEvent, StoredEvent};
use crate::error::InvalidArgumentError;
use crate::payload::{Json, JsonError};

/// An event that does not fit the decider's type, in either direction.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("`{event_type}`: {reason}")]
pub struct CodecError {
    /// The event's type; empty where it has none.
    pub event_type: String,
    /// Why it does not fit.
    pub reason: String,
}

/// The tagged form in which serde writes an event.
#[derive(Deserialize)]
struct Tagged<'a> {
    #[serde(rename = "type")]
    event_type: String,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

pub(super) fn encode<E: Serialize>(event: &E) -> Result<NewEvent<Json>, CodecError> {
    let untyped = |error: serde_json::Error| CodecError {
        event_type: String::new(),
        reason: format!("{error}; derive the event as #[serde(tag = \"type\", content = \"data\")]"),
    };
    let text = serde_json::to_string(event).map_err(untyped)?;
    let tagged: Tagged<'_> = serde_json::from_str(&text).map_err(untyped)?;
    let misfit = |reason: String| CodecError { event_type: tagged.event_type.clone(), reason };
    let data = Json::parse(tagged.data.map_or("null", RawValue::get))
        .map_err(|JsonError { path, reason }| misfit(format!("data{path}: {reason}")))?;
    let event_type = EventType::new(tagged.event_type.as_str())
        .map_err(|InvalidArgumentError { reason, .. }| misfit(reason))?;
    Ok(NewEvent::new(event_type, data))
}

pub(super) fn decode<E: DeserializeOwned>(event: &StoredEvent<Json>) -> Result<E, CodecError> {
    E::deserialize(TaggedParts { event_type: event.event_type.as_str(), data: event.data.as_str() })
        .map_err(|error| CodecError { event_type: event.event_type.to_string(), reason: error.to_string() })
}

/// Shows type and data to serde as the two members of an object, without putting their text together.
#[derive(Clone, Copy)]
struct TaggedParts<'a> {
    event_type: &'a str,
    data: &'a str,
}

impl<'de> Deserializer<'de> for TaggedParts<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_map(TaggedMembers { parts: self, next: Member::Type })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct TaggedMembers<'a> {
    parts: TaggedParts<'a>,
    next: Member,
}

#[derive(Clone, Copy, PartialEq)]
enum Member {
    Type,
    Data,
    End,
}

impl<'de> MapAccess<'de> for TaggedMembers<'de> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Self::Error> {
        // A unit variant has no content: null data is left out for it.
        let key = match self.next {
            Member::Type => "type",
            Member::Data if self.parts.data == "null" => return Ok(None),
            Member::Data => "data",
            Member::End => return Ok(None),
        };
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Self::Error> {
        match std::mem::replace(&mut self.next, Member::End) {
            Member::Type => {
                self.next = Member::Data;
                seed.deserialize(self.parts.event_type.into_deserializer())
            }
            Member::Data => {
                let mut data = serde_json::Deserializer::from_str(self.parts.data);
                data.disable_recursion_limit();
                seed.deserialize(&mut data)
            }
            Member::End => Err(Self::Error::custom("there is no third member")),
        }
    }
}

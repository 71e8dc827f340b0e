use std::any::TypeId;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::decider::Decider;
use crate::envelope::{EventType, NewEvent, StoredEvent};
use crate::error::InvalidArgumentError;
use crate::execute::Aggregate;
use crate::payload::{Json, JsonError};

/// A [`Decider`] that lives in streams of a store.
///
/// Its events are an enum that serde writes as `{"type": …, "data": …}`; its state is any serde type.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use onefold::{Decider, ExecuteOptions, StreamDecider};
/// # use std::sync::Arc;
/// # use onefold::{Json, MemoryStore, Store, StoreOptions, SystemHost};
///
/// #[derive(Serialize, Deserialize)]
/// #[serde(tag = "type", content = "data")]
/// enum Event {
///     Added { by: i64 },
/// }
///
/// struct Counter;
///
/// impl Decider for Counter {
///     type Command = i64;
///     type Event = Event;
///     type State = i64;
///     type Rejection = String;
///
///     fn initial(&self) -> i64 {
///         0
///     }
///
///     fn decide(&self, by: &i64, _: &i64) -> Result<Vec<Event>, String> {
///         if *by == 0 { Err("by nothing".into()) } else { Ok(vec![Event::Added { by: *by }]) }
///     }
///
///     fn evolve(&self, state: i64, Event::Added { by }: &Event) -> i64 {
///         state + by
///     }
/// }
///
/// impl StreamDecider for Counter {
///     const CATEGORY: &'static str = "Counter";
/// }
///
/// # pollster::block_on(async {
/// # let host = Arc::new(SystemHost);
/// # let store = Store::new(MemoryStore::<Json>::new(host.clone()), host, StoreOptions::default())?;
/// let executed = store.execute(&Counter, "visits", &2, ExecuteOptions::default()).await.unwrap();
/// assert_eq!((executed.state, executed.events[0].event_type.as_str()), (2, "Added"));
/// assert_eq!(store.load(&Counter, "visits").await.unwrap().state, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
pub trait StreamDecider: Decider {
    /// The category of its streams: their ids are `{CATEGORY}-{id}`.
    const CATEGORY: &'static str;

    /// The name that its snapshots go by: one decider a name in a store.
    const NAME: &'static str = Self::CATEGORY;

    /// The version of the state's shape and of `evolve`: raise it when either changes.
    const STATE_VERSION: u32 = 1;
}

/// What goes wrong in a typed decider.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum DeciderError<R> {
    /// The command is rejected.
    #[error("{0}")]
    Rejected(R),
    /// An event or state does not fit its type.
    #[error(transparent)]
    Codec(#[from] CodecError),
}

/// An event that does not fit the decider's type, in either direction.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("`{event_type}`: {reason}")]
pub struct CodecError {
    /// The event's type; empty where it has none.
    pub event_type: String,
    /// Why it does not fit.
    pub reason: String,
}

impl<D> Aggregate<Json> for D
where
    D: StreamDecider + 'static,
    D::Event: Serialize + DeserializeOwned,
    D::State: Serialize + DeserializeOwned,
{
    type Command = D::Command;
    type State = D::State;
    type Error = DeciderError<D::Rejection>;

    fn category(&self) -> &str {
        D::CATEGORY
    }

    fn name(&self) -> &str {
        D::NAME
    }

    fn state_version(&self) -> u32 {
        D::STATE_VERSION
    }

    fn identity(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        TypeId::of::<D>().hash(&mut hasher);
        hasher.finish()
    }

    fn initial(&self) -> Result<D::State, Self::Error> {
        Ok(Decider::initial(self))
    }

    fn fold(&self, state: D::State, events: Vec<StoredEvent<Json>>) -> Result<D::State, Self::Error> {
        events.into_iter().try_fold(state, |state, event| Ok(self.evolve(state, &decode(&event)?)))
    }

    fn decide(&self, command: &D::Command, state: &D::State) -> Result<Vec<NewEvent<Json>>, Self::Error> {
        let events = Decider::decide(self, command, state).map_err(DeciderError::Rejected)?;
        Ok(events.iter().map(encode).collect::<Result<_, _>>()?)
    }

    fn is_terminal(&self, state: &D::State) -> Result<bool, Self::Error> {
        Ok(Decider::is_terminal(self, state))
    }

    fn encode_state(&self, state: &D::State) -> Result<Json, String> {
        Json::of(state).map_err(|error| error.to_string())
    }

    fn decode_state(&self, state: &Json) -> Result<D::State, String> {
        state.to().map_err(|error| error.to_string())
    }
}

/// The tagged form in which serde writes an event.
#[derive(Deserialize)]
struct Tagged<'a> {
    #[serde(rename = "type")]
    event_type: String,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

fn encode<E: Serialize>(event: &E) -> Result<NewEvent<Json>, CodecError> {
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

fn decode<E: DeserializeOwned>(event: &StoredEvent<Json>) -> Result<E, CodecError> {
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

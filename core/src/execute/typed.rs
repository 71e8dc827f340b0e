use std::any::TypeId;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::decider::Decider;
use crate::envelope::{NewEvent, StoredEvent};
use crate::execute::Aggregate;
use crate::execute::tagged::{CodecError, decode, encode};
use crate::payload::Json;

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
    /// The category of its streams: their ids are `{CATEGORY}-{id}`. It has no `-`.
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

impl<D> Aggregate<Vec<StoredEvent<Json>>> for D
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

use crate::backend::Page;
use crate::envelope::NewEvent;

/// A decider as a store runs it: over pages of events, with errors of its own, under a category and a name.
///
/// Rust deciders get it by [`StreamDecider`](crate::StreamDecider); bindings implement it over the deciders of
/// their language.
pub trait Aggregate<G: Page> {
    /// What someone wants to happen.
    type Command;
    /// What is known after some events.
    type State;
    /// The decider's own error: a rejection, or whatever else goes wrong in it.
    type Error;

    /// The category of its streams: their ids are `{category}-{id}`. It has no `-`.
    fn category(&self) -> &str;

    /// The name that its snapshots go by.
    fn name(&self) -> &str;

    /// The version of the state's shape and of `evolve`: raised when either changes.
    fn state_version(&self) -> u32;

    /// Tells deciders apart: two of one name in one store are a mistake.
    fn identity(&self) -> u64;

    /// The state before the first event.
    ///
    /// # Errors
    /// The decider's own.
    fn initial(&self) -> Result<Self::State, Self::Error>;

    /// The state after these events, which are upcast already.
    ///
    /// # Errors
    /// The decider's own.
    fn fold(&self, state: Self::State, events: G) -> Result<Self::State, Self::Error>;

    /// What a command leads to.
    ///
    /// # Errors
    /// The decider's own, above all its rejection.
    fn decide(
        &self,
        command: &Self::Command,
        state: &Self::State,
    ) -> Result<Vec<NewEvent<G::Payload>>, Self::Error>;

    /// Whether it has ended and takes no more commands.
    ///
    /// # Errors
    /// The decider's own.
    fn is_terminal(&self, state: &Self::State) -> Result<bool, Self::Error>;

    /// The state for a snapshot.
    ///
    /// # Errors
    /// Why it cannot be one.
    fn encode_state(&self, state: &Self::State) -> Result<G::Payload, String>;

    /// The state of a snapshot.
    ///
    /// # Errors
    /// Why it is none.
    fn decode_state(&self, state: &G::Payload) -> Result<Self::State, String>;
}

//! Given some events, when a command comes, then: tests of a decider as sentences.
//!
//! ```
//! # use onefold::Decider;
//! # struct Counter;
//! # impl Decider for Counter {
//! #     type Command = i64; type Event = i64; type State = i64; type Rejection = &'static str;
//! #     fn initial(&self) -> i64 { 0 }
//! #     fn decide(&self, c: &i64, s: &i64) -> Result<Vec<i64>, &'static str> {
//! #         if s + c < 0 { Err("below zero") } else { Ok(vec![*c]) }
//! #     }
//! #     fn evolve(&self, s: i64, e: &i64) -> i64 { s + e }
//! # }
//! use onefold::testing::given;
//!
//! given(&Counter, [3]).when(4).then_events([4]);
//! given(&Counter, [3]).when(-4).then_rejected(&"below zero");
//! given(&Counter, [3, 4]).then_state(&7);
//! ```
//!
//! What does not hold panics, as assertions do.

use std::fmt::Debug;

use crate::decider::Decider;

/// A decider to which these events have happened.
pub fn given<D: Decider>(decider: &D, events: impl IntoIterator<Item = D::Event>) -> Given<'_, D> {
    let state = events.into_iter().fold(decider.initial(), |state, event| decider.evolve(state, &event));
    Given { decider, state }
}

/// What was given; a command may come next.
pub struct Given<'a, D: Decider> {
    decider: &'a D,
    state: D::State,
}

/// What a command led to.
pub struct Then<'a, D: Decider> {
    decider: &'a D,
    state: D::State,
    outcome: Result<Vec<D::Event>, D::Rejection>,
}

impl<'a, D: Decider> Given<'a, D> {
    /// A command comes.
    ///
    /// # Panics
    /// When the decider has ended: no command reaches it.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a test reads better without the reference")]
    pub fn when(self, command: D::Command) -> Then<'a, D> {
        assert!(!self.decider.is_terminal(&self.state), "the decider has ended; no command reaches it");
        let outcome = self.decider.decide(&command, &self.state);
        Then { decider: self.decider, state: self.state, outcome }
    }

    /// The events make this state.
    ///
    /// # Panics
    /// When they make another.
    pub fn then_state(self, expected: &D::State)
    where
        D::State: PartialEq + Debug,
    {
        assert_eq!(&self.state, expected);
    }

    /// The events end it.
    ///
    /// # Panics
    /// When they do not.
    pub fn then_terminal(self) {
        assert!(self.decider.is_terminal(&self.state), "the decider has not ended");
    }
}

impl<D: Decider> Then<'_, D> {
    /// The command leads to these events.
    ///
    /// # Panics
    /// When it leads to others, or is rejected.
    pub fn then_events(self, expected: impl IntoIterator<Item = D::Event>)
    where
        D::Event: PartialEq + Debug,
        D::Rejection: PartialEq + Debug,
    {
        assert_eq!(self.outcome, Ok(expected.into_iter().collect()));
    }

    /// The command is rejected so.
    ///
    /// # Panics
    /// When it is not, or otherwise.
    pub fn then_rejected(self, expected: &D::Rejection)
    where
        D::Event: Debug,
        D::Rejection: PartialEq + Debug,
    {
        assert_eq!(self.outcome.as_ref().err(), Some(expected), "it led to {:?}", self.outcome);
    }

    /// The command leads to events that make this state.
    ///
    /// # Panics
    /// When they make another, or the command is rejected.
    pub fn then_state(self, expected: &D::State)
    where
        D::State: PartialEq + Debug,
        D::Rejection: Debug,
    {
        let (decider, state) = (self.decider, self.state);
        let state =
            self.outcome.map(|events| events.iter().fold(state, |state, event| decider.evolve(state, event)));
        assert!(state.as_ref().is_ok_and(|state| state == expected), "{state:?} is not {expected:?}");
    }
}

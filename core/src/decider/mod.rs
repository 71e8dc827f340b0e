//! The rules of a domain as pure functions, and how to combine and test them.
//!
//! The shape is Jérémie Chassaing's *functional event sourcing decider* (2021).

mod both;
mod many;
mod map;
pub mod testing;

pub use both::{Both, Either};
pub use many::Many;
pub use map::{MapCommand, MapEvent, MapRejection, MapState};

/// The rules of one kind of thing: what a command leads to, and what events make of a state.
///
/// All of it is pure: no clock, no randomness, no I/O; what is needed of these comes with the command.
///
/// ```
/// use onefold::Decider;
///
/// struct Counter;
///
/// impl Decider for Counter {
///     type Command = i64;
///     type Event = i64;
///     type State = i64;
///     type Rejection = &'static str;
///
///     fn initial(&self) -> i64 {
///         0
///     }
///
///     fn decide(&self, command: &i64, state: &i64) -> Result<Vec<i64>, &'static str> {
///         if state + command < 0 { Err("it would fall below zero") } else { Ok(vec![*command]) }
///     }
///
///     fn evolve(&self, state: i64, event: &i64) -> i64 {
///         state + event
///     }
/// }
///
/// let state = Counter.fold(Counter.initial(), &[3, 4]);
/// assert_eq!(Counter.decide(&-7, &state), Ok(vec![-7]));
/// ```
pub trait Decider {
    /// What someone wants to happen.
    type Command;
    /// What happened.
    type Event;
    /// What is known after some events; only what `decide` needs.
    type State;
    /// Why a command is refused.
    type Rejection;

    /// The state before the first event.
    fn initial(&self) -> Self::State;

    /// What a command leads to in a state: events, perhaps none.
    ///
    /// # Errors
    /// The rejection, when the rules forbid the command.
    fn decide(
        &self,
        command: &Self::Command,
        state: &Self::State,
    ) -> Result<Vec<Self::Event>, Self::Rejection>;

    /// The state after an event. It depends on these two alone.
    fn evolve(&self, state: Self::State, event: &Self::Event) -> Self::State;

    /// Whether it has ended and takes no more commands.
    fn is_terminal(&self, state: &Self::State) -> bool {
        let _ = state;
        false
    }

    /// The state after several events.
    fn fold<'a>(&self, state: Self::State, events: impl IntoIterator<Item = &'a Self::Event>) -> Self::State
    where
        Self: Sized,
        Self::Event: 'a,
    {
        events.into_iter().fold(state, |state, event| self.evolve(state, event))
    }

    /// This decider and another side by side, as one.
    fn both<D: Decider>(self, other: D) -> Both<Self, D>
    where
        Self: Sized,
    {
        Both::new(self, other)
    }

    /// One of this decider for every key.
    fn many<K: Ord + Clone>(self) -> Many<Self, K>
    where
        Self: Sized,
    {
        Many::new(self)
    }

    /// Takes commands of another type, turned into its own.
    ///
    /// ```
    /// # use onefold::Decider;
    /// # struct Sum;
    /// # impl Decider for Sum {
    /// #     type Command = i64; type Event = i64; type State = i64; type Rejection = String;
    /// #     fn initial(&self) -> i64 { 0 }
    /// #     fn decide(&self, c: &i64, _: &i64) -> Result<Vec<i64>, String> {
    /// #         if *c == 0 { Err("by nothing".into()) } else { Ok(vec![*c]) }
    /// #     }
    /// #     fn evolve(&self, s: i64, e: &i64) -> i64 { s + e }
    /// # }
    /// let parsed = Sum.map_command(|text: &String| text.len() as i64);
    /// assert_eq!(parsed.decide(&"four".to_owned(), &0), Ok(vec![4]));
    /// ```
    fn map_command<C, F: Fn(&C) -> Self::Command>(self, to_own: F) -> MapCommand<Self, C, F>
    where
        Self: Sized,
    {
        MapCommand::new(self, to_own)
    }

    /// Takes and gives events of another type. Those that `to_own` gives nothing for leave the state alone.
    ///
    /// ```
    /// # use onefold::Decider;
    /// # struct Sum;
    /// # impl Decider for Sum {
    /// #     type Command = i64; type Event = i64; type State = i64; type Rejection = String;
    /// #     fn initial(&self) -> i64 { 0 }
    /// #     fn decide(&self, c: &i64, _: &i64) -> Result<Vec<i64>, String> {
    /// #         if *c == 0 { Err("by nothing".into()) } else { Ok(vec![*c]) }
    /// #     }
    /// #     fn evolve(&self, s: i64, e: &i64) -> i64 { s + e }
    /// # }
    /// let texts = Sum.map_event(|text: &String| text.parse().ok(), |number| number.to_string());
    /// let state = texts.fold(texts.initial(), &["3".to_owned(), "other".to_owned()]);
    /// assert_eq!((state, texts.decide(&4, &state)), (3, Ok(vec!["4".to_owned()])));
    /// ```
    fn map_event<E, I, O>(self, to_own: I, from_own: O) -> MapEvent<Self, E, I, O>
    where
        Self: Sized,
        I: Fn(&E) -> Option<Self::Event>,
        O: Fn(Self::Event) -> E,
    {
        MapEvent::new(self, to_own, from_own)
    }

    /// Keeps its state within another, such as a field of a struct.
    ///
    /// ```
    /// # use onefold::Decider;
    /// # struct Sum;
    /// # impl Decider for Sum {
    /// #     type Command = i64; type Event = i64; type State = i64; type Rejection = String;
    /// #     fn initial(&self) -> i64 { 0 }
    /// #     fn decide(&self, c: &i64, _: &i64) -> Result<Vec<i64>, String> {
    /// #         if *c == 0 { Err("by nothing".into()) } else { Ok(vec![*c]) }
    /// #     }
    /// #     fn evolve(&self, s: i64, e: &i64) -> i64 { s + e }
    /// # }
    /// struct Account { balance: i64 }
    /// let account = Sum.map_state(|account: &Account| account.balance, |balance| Account { balance });
    /// assert_eq!(account.fold(account.initial(), &[3, 4]).balance, 7);
    /// ```
    fn map_state<S, I, O>(self, to_own: I, from_own: O) -> MapState<Self, S, I, O>
    where
        Self: Sized,
        I: Fn(&S) -> Self::State,
        O: Fn(Self::State) -> S,
    {
        MapState::new(self, to_own, from_own)
    }

    /// Gives rejections of another type.
    ///
    /// ```
    /// # use onefold::Decider;
    /// # struct Sum;
    /// # impl Decider for Sum {
    /// #     type Command = i64; type Event = i64; type State = i64; type Rejection = String;
    /// #     fn initial(&self) -> i64 { 0 }
    /// #     fn decide(&self, c: &i64, _: &i64) -> Result<Vec<i64>, String> {
    /// #         if *c == 0 { Err("by nothing".into()) } else { Ok(vec![*c]) }
    /// #     }
    /// #     fn evolve(&self, s: i64, e: &i64) -> i64 { s + e }
    /// # }
    /// let counted = Sum.map_rejection(|text| text.len());
    /// assert_eq!(counted.decide(&0, &0), Err("by nothing".len()));
    /// ```
    fn map_rejection<R, F: Fn(Self::Rejection) -> R>(self, from_own: F) -> MapRejection<Self, R, F>
    where
        Self: Sized,
    {
        MapRejection::new(self, from_own)
    }
}

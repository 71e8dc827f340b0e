use crate::decider::Decider;

/// Two deciders side by side: a command and an event belong to one of them, the state is of both.
///
/// It has ended when both have.
///
/// ```
/// # use onefold::Decider;
/// # #[derive(Clone, Copy)] struct Sum;
/// # impl Decider for Sum {
/// #     type Command = i64; type Event = i64; type State = i64; type Rejection = ();
/// #     fn initial(&self) -> i64 { 0 }
/// #     fn decide(&self, c: &i64, _: &i64) -> Result<Vec<i64>, ()> { Ok(vec![*c]) }
/// #     fn evolve(&self, s: i64, e: &i64) -> i64 { s + e }
/// # }
/// use onefold::Either;
///
/// let both = Sum.both(Sum);
/// let state = both.fold(both.initial(), &[Either::First(1), Either::Second(5), Either::First(2)]);
/// assert_eq!(state, (3, 5));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Both<A, B> {
    first: A,
    second: B,
}

/// Something of the first or of the second.
///
/// serde writes what it holds and nothing else, so that what is stored is the event alone. What could be of either
/// is read as the first's: in a store, two deciders side by side need events that differ in their types.
///
/// ```
/// use onefold::Either;
///
/// let written = serde_json::to_string(&Either::<i64, i64>::Second(5))?;
/// assert_eq!(serde_json::from_str::<Either<i64, i64>>(&written)?, Either::First(5));
/// assert_eq!(serde_json::from_str::<Either<bool, i64>>(&written)?, Either::Second(5));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum Either<A, B> {
    /// Of the first.
    First(A),
    /// Of the second.
    Second(B),
}

impl<A, B> Both<A, B> {
    pub(super) const fn new(first: A, second: B) -> Self {
        Self { first, second }
    }
}

impl<A: Decider, B: Decider> Decider for Both<A, B> {
    type Command = Either<A::Command, B::Command>;
    type Event = Either<A::Event, B::Event>;
    type State = (A::State, B::State);
    type Rejection = Either<A::Rejection, B::Rejection>;

    fn initial(&self) -> Self::State {
        (self.first.initial(), self.second.initial())
    }

    fn decide(
        &self,
        command: &Self::Command,
        state: &Self::State,
    ) -> Result<Vec<Self::Event>, Self::Rejection> {
        match command {
            Either::First(command) => match self.first.decide(command, &state.0) {
                Ok(events) => Ok(events.into_iter().map(Either::First).collect()),
                Err(rejection) => Err(Either::First(rejection)),
            },
            Either::Second(command) => match self.second.decide(command, &state.1) {
                Ok(events) => Ok(events.into_iter().map(Either::Second).collect()),
                Err(rejection) => Err(Either::Second(rejection)),
            },
        }
    }

    fn evolve(&self, state: Self::State, event: &Self::Event) -> Self::State {
        let (first, second) = state;
        match event {
            Either::First(event) => (self.first.evolve(first, event), second),
            Either::Second(event) => (first, self.second.evolve(second, event)),
        }
    }

    fn is_terminal(&self, state: &Self::State) -> bool {
        self.first.is_terminal(&state.0) && self.second.is_terminal(&state.1)
    }
}

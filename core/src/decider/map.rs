use std::marker::PhantomData;

use crate::decider::Decider;

/// A decider that takes commands of another type. See [`Decider::map_command`].
#[derive(Clone, Copy, Debug)]
pub struct MapCommand<D, C, F> {
    inner: D,
    to_own: F,
    command: PhantomData<fn() -> C>,
}

/// A decider that takes and gives events of another type. See [`Decider::map_event`].
#[derive(Clone, Copy, Debug)]
pub struct MapEvent<D, E, I, O> {
    inner: D,
    to_own: I,
    from_own: O,
    event: PhantomData<fn() -> E>,
}

/// A decider that keeps its state within another. See [`Decider::map_state`].
#[derive(Clone, Copy, Debug)]
pub struct MapState<D, S, I, O> {
    inner: D,
    to_own: I,
    from_own: O,
    state: PhantomData<fn() -> S>,
}

/// A decider that gives rejections of another type. See [`Decider::map_rejection`].
#[derive(Clone, Copy, Debug)]
pub struct MapRejection<D, R, F> {
    inner: D,
    from_own: F,
    rejection: PhantomData<fn() -> R>,
}

impl<D, C, F> MapCommand<D, C, F> {
    pub(super) const fn new(inner: D, to_own: F) -> Self {
        Self { inner, to_own, command: PhantomData }
    }
}

impl<D, E, I, O> MapEvent<D, E, I, O> {
    pub(super) const fn new(inner: D, to_own: I, from_own: O) -> Self {
        Self { inner, to_own, from_own, event: PhantomData }
    }
}

impl<D, S, I, O> MapState<D, S, I, O> {
    pub(super) const fn new(inner: D, to_own: I, from_own: O) -> Self {
        Self { inner, to_own, from_own, state: PhantomData }
    }
}

impl<D, R, F> MapRejection<D, R, F> {
    pub(super) const fn new(inner: D, from_own: F) -> Self {
        Self { inner, from_own, rejection: PhantomData }
    }
}

impl<D: Decider, C, F: Fn(&C) -> D::Command> Decider for MapCommand<D, C, F> {
    type Command = C;
    type Event = D::Event;
    type State = D::State;
    type Rejection = D::Rejection;

    fn initial(&self) -> D::State {
        self.inner.initial()
    }

    fn decide(&self, command: &C, state: &D::State) -> Result<Vec<D::Event>, D::Rejection> {
        self.inner.decide(&(self.to_own)(command), state)
    }

    fn evolve(&self, state: D::State, event: &D::Event) -> D::State {
        self.inner.evolve(state, event)
    }

    fn is_terminal(&self, state: &D::State) -> bool {
        self.inner.is_terminal(state)
    }
}

impl<D, E, I, O> Decider for MapEvent<D, E, I, O>
where
    D: Decider,
    I: Fn(&E) -> Option<D::Event>,
    O: Fn(D::Event) -> E,
{
    type Command = D::Command;
    type Event = E;
    type State = D::State;
    type Rejection = D::Rejection;

    fn initial(&self) -> D::State {
        self.inner.initial()
    }

    fn decide(&self, command: &D::Command, state: &D::State) -> Result<Vec<E>, D::Rejection> {
        Ok(self.inner.decide(command, state)?.into_iter().map(&self.from_own).collect())
    }

    fn evolve(&self, state: D::State, event: &E) -> D::State {
        match (self.to_own)(event) {
            Some(event) => self.inner.evolve(state, &event),
            None => state,
        }
    }

    fn is_terminal(&self, state: &D::State) -> bool {
        self.inner.is_terminal(state)
    }
}

impl<D, S, I, O> Decider for MapState<D, S, I, O>
where
    D: Decider,
    I: Fn(&S) -> D::State,
    O: Fn(D::State) -> S,
{
    type Command = D::Command;
    type Event = D::Event;
    type State = S;
    type Rejection = D::Rejection;

    fn initial(&self) -> S {
        (self.from_own)(self.inner.initial())
    }

    fn decide(&self, command: &D::Command, state: &S) -> Result<Vec<D::Event>, D::Rejection> {
        self.inner.decide(command, &(self.to_own)(state))
    }

    fn evolve(&self, state: S, event: &D::Event) -> S {
        (self.from_own)(self.inner.evolve((self.to_own)(&state), event))
    }

    fn is_terminal(&self, state: &S) -> bool {
        self.inner.is_terminal(&(self.to_own)(state))
    }
}

impl<D: Decider, R, F: Fn(D::Rejection) -> R> Decider for MapRejection<D, R, F> {
    type Command = D::Command;
    type Event = D::Event;
    type State = D::State;
    type Rejection = R;

    fn initial(&self) -> D::State {
        self.inner.initial()
    }

    fn decide(&self, command: &D::Command, state: &D::State) -> Result<Vec<D::Event>, R> {
        self.inner.decide(command, state).map_err(&self.from_own)
    }

    fn evolve(&self, state: D::State, event: &D::Event) -> D::State {
        self.inner.evolve(state, event)
    }

    fn is_terminal(&self, state: &D::State) -> bool {
        self.inner.is_terminal(state)
    }
}

use std::collections::BTreeMap;
use std::marker::PhantomData;

use crate::decider::Decider;

/// One decider for every key; a key begins at the initial state. It never ends as a whole.
///
/// ```
/// # use onefold::Decider;
/// # struct Sum;
/// # impl Decider for Sum {
/// #     type Command = i64; type Event = i64; type State = i64; type Rejection = ();
/// #     fn initial(&self) -> i64 { 0 }
/// #     fn decide(&self, c: &i64, _: &i64) -> Result<Vec<i64>, ()> { Ok(vec![*c]) }
/// #     fn evolve(&self, s: i64, e: &i64) -> i64 { s + e }
/// # }
/// let many = Sum.many::<&str>();
/// let state = many.fold(many.initial(), &[("a", 1), ("b", 2), ("a", 3)]);
/// assert_eq!(state["a"], 4);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Many<D, K> {
    each: D,
    key: PhantomData<fn() -> K>,
}

impl<D, K> Many<D, K> {
    pub(super) const fn new(each: D) -> Self {
        Self { each, key: PhantomData }
    }
}

impl<D: Decider, K: Ord + Clone> Decider for Many<D, K> {
    type Command = (K, D::Command);
    type Event = (K, D::Event);
    type State = BTreeMap<K, D::State>;
    type Rejection = D::Rejection;

    fn initial(&self) -> Self::State {
        BTreeMap::new()
    }

    fn decide(
        &self,
        command: &Self::Command,
        state: &Self::State,
    ) -> Result<Vec<Self::Event>, Self::Rejection> {
        let (key, command) = command;
        let events = match state.get(key) {
            Some(state) => self.each.decide(command, state),
            None => self.each.decide(command, &self.each.initial()),
        };
        Ok(events?.into_iter().map(|event| (key.clone(), event)).collect())
    }

    fn evolve(&self, mut state: Self::State, event: &Self::Event) -> Self::State {
        let (key, event) = event;
        let before = state.remove(key).unwrap_or_else(|| self.each.initial());
        state.insert(key.clone(), self.each.evolve(before, event));
        state
    }
}

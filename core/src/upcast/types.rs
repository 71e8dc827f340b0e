use std::collections::HashMap;

use crate::envelope::EventType;
use crate::payload::Payload;
use crate::upcast::{Fault, SplitPart, Step};

/// The last schema version that a type can have: what comes from version 1 must get there within the steps that one
/// stored event may take.
pub(super) const MAX_VERSION: u32 = 10_000;

/// Types, each found by its name or a former one.
pub(super) struct Types<P: Payload> {
    all: Vec<Declared<P>>,
    places: HashMap<EventType, usize>,
}

/// A type, and what brings its events to its current schema version.
pub(super) struct Declared<P: Payload> {
    pub(super) name: EventType,
    pub(super) current: u32,
    pub(super) aliases: Vec<EventType>,
    /// The step from version 1, from 2 and so on, up to the current one.
    steps: Vec<Option<Step<P>>>,
}

impl<P: Payload> Types<P> {
    pub(super) fn new() -> Self {
        Self { all: Vec::new(), places: HashMap::new() }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Declared<P>> {
        self.all.iter()
    }

    /// The type of this name, or that once had it.
    pub(super) fn get(&self, name: &str) -> Option<&Declared<P>> {
        self.all.get(*self.places.get(name)?)
    }

    pub(super) fn declare(&mut self, name: EventType, current: u32, faults: &mut Vec<Fault>) {
        let is_valid = (1..=MAX_VERSION).contains(&current);
        if !is_valid {
            faults.push(Fault::InvalidVersion { event_type: name.clone(), version: current });
        }
        if self.places.insert(name.clone(), self.all.len()).is_some() {
            faults.push(Fault::DuplicateType { event_type: name.clone() });
        }
        // A version past the last is a fault of its own, and all the steps before it are too many to miss.
        let steps = if is_valid { (1..current).map(|_| None).collect() } else { Vec::new() };
        self.all.push(Declared { name, current, aliases: Vec::new(), steps });
    }

    pub(super) fn add_alias(&mut self, event_type: EventType, alias: EventType, faults: &mut Vec<Fault>) {
        let is_taken = self.places.contains_key(&alias);
        let Some((place, declared)) = self.named(&event_type) else {
            return faults.push(Fault::AliasWithoutType { event_type, alias });
        };
        if is_taken {
            return faults.push(Fault::AliasClash { event_type, alias });
        }
        declared.aliases.push(alias.clone());
        self.places.insert(alias, place);
    }

    pub(super) fn add_step(
        &mut self,
        event_type: EventType,
        from: u32,
        step: Step<P>,
        faults: &mut Vec<Fault>,
    ) {
        let Some((_, declared)) = self.named(&event_type) else {
            return faults.push(Fault::UnknownType { event_type, from });
        };
        if from == 0 {
            return faults.push(Fault::InvalidVersion { event_type, version: from });
        }
        if from >= declared.current {
            return faults.push(Fault::PastCurrent { event_type, from, current: declared.current });
        }
        if let Some(place) = declared.steps.get_mut(index(from))
            && place.replace(step).is_some()
        {
            faults.push(Fault::DuplicateStep { event_type, from });
        }
    }

    /// The type whose current name this is, and its place.
    fn named(&mut self, name: &EventType) -> Option<(usize, &mut Declared<P>)> {
        let place = *self.places.get(name)?;
        let declared = self.all.get_mut(place)?;
        (declared.name == *name).then_some((place, declared))
    }
}

impl<P: Payload> Declared<P> {
    /// The step from a schema version.
    pub(super) fn step(&self, from: u32) -> Option<&Step<P>> {
        self.steps.get(index(from))?.as_ref()
    }

    /// The schema versions that no step leads on from.
    pub(super) fn gaps(&self) -> impl Iterator<Item = u32> {
        (1..).zip(&self.steps).filter(|(_, step)| step.is_none()).map(|(from, _)| from)
    }

    /// The declared splits, and the schema version that each is from.
    pub(super) fn splits(&self) -> impl Iterator<Item = (u32, &[SplitPart<P::Edit>])> {
        (1..).zip(&self.steps).filter_map(|(from, step)| match step {
            Some(Step::Split(parts)) => Some((from, parts.as_slice())),
            _ => None,
        })
    }
}

/// Where the step from a schema version is; past all of them for 0, which is none.
const fn index(from: u32) -> usize {
    (from as usize).wrapping_sub(1)
}

//! What can be wrong with a registry as a whole, once its types, aliases and steps are known.

use std::collections::{HashMap, HashSet};

use crate::envelope::EventType;
use crate::payload::Payload;
use crate::upcast::registry::MAX_VERSION;
use crate::upcast::{Fault, SplitPart, Step};

pub(super) fn gaps<P: Payload>(
    types: &[(EventType, u32)],
    steps: &HashMap<EventType, HashMap<u32, Step<P>>>,
    faults: &mut Vec<Fault>,
) {
    // A version past the last is a fault of its own, and all the gaps before it are too many to list.
    for (event_type, current) in types.iter().filter(|(_, current)| *current <= MAX_VERSION) {
        let missing =
            (1..*current).filter(|from| !steps.get(event_type).is_some_and(|steps| steps.contains_key(from)));
        faults.extend(missing.map(|from| Fault::Gap { event_type: event_type.clone(), from }));
    }
}

pub(super) fn targets<P: Payload>(
    steps: &[(EventType, u32, Step<P>)],
    current: &HashMap<EventType, u32>,
    aliases: &HashMap<EventType, EventType>,
    faults: &mut Vec<Fault>,
) {
    for (event_type, from, step) in steps {
        let Step::Split(parts) = step else { continue };
        for SplitPart { event_type: target, schema_version, .. } in parts {
            let resolved = aliases.get(target).unwrap_or(target);
            let known = current.get(resolved).is_some_and(|current| match schema_version {
                Some(version) => (1..=*current).contains(version),
                None => true,
            });
            if !known {
                let (event_type, target) = (event_type.clone(), target.clone());
                faults.push(Fault::UnknownTarget { event_type, from: *from, target });
            }
        }
    }
}

/// Follows every declared split through the versions that its products pass.
pub(super) fn cycles<P: Payload>(
    declared: &[(EventType, u32, Step<P>)],
    current: &HashMap<EventType, u32>,
    aliases: &HashMap<EventType, EventType>,
    steps: &HashMap<EventType, HashMap<u32, Step<P>>>,
    faults: &mut Vec<Fault>,
) {
    // After the largest number comes 0, which no version is.
    let after = |from: u32| from.wrapping_add(1);
    let next = |event_type: &EventType, from: u32| -> Vec<(EventType, u32)> {
        match steps.get(event_type).and_then(|steps| steps.get(&from)) {
            Some(Step::Split(parts)) => parts
                .iter()
                .map(|part| {
                    let target = aliases.get(&part.event_type).unwrap_or(&part.event_type);
                    let default = if target == event_type {
                        after(from)
                    } else {
                        current.get(target).copied().unwrap_or(0)
                    };
                    (target.clone(), part.schema_version.unwrap_or(default))
                })
                .collect(),
            // A custom step's products are known only when it runs.
            Some(Step::Edit(_) | Step::Custom(_)) => vec![(event_type.clone(), after(from))],
            None => Vec::new(),
        }
    };
    for (event_type, from, step) in declared {
        if !matches!(step, Step::Split(_)) {
            continue;
        }
        let mut seen = HashSet::new();
        let mut open = next(event_type, *from);
        while let Some(place) = open.pop() {
            if place == (event_type.clone(), *from) {
                faults.push(Fault::Cycle { event_type: event_type.clone(), from: *from });
                break;
            }
            if seen.insert(place.clone()) {
                open.extend(next(&place.0, place.1));
            }
        }
    }
}

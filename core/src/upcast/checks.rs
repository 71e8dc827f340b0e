//! What can be wrong with a registry as a whole, once its types, aliases and steps are known.

use std::collections::{HashMap, HashSet};

use crate::envelope::EventType;
use crate::upcast::{Fault, SplitPart, Step};

pub(super) fn gaps<P>(
    types: &[(EventType, u32)],
    steps: &HashMap<EventType, HashMap<u32, Step<P>>>,
    faults: &mut Vec<Fault>,
) {
    for (event_type, current) in types {
        let missing =
            (1..*current).filter(|from| !steps.get(event_type).is_some_and(|steps| steps.contains_key(from)));
        faults.extend(missing.map(|from| Fault::Gap { event_type: event_type.clone(), from }));
    }
}

pub(super) fn targets<P>(
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
pub(super) fn cycles<P>(
    declared: &[(EventType, u32, Step<P>)],
    current: &HashMap<EventType, u32>,
    steps: &HashMap<EventType, HashMap<u32, Step<P>>>,
    faults: &mut Vec<Fault>,
) {
    let next = |event_type: &EventType, from: u32| -> Vec<(EventType, u32)> {
        match steps.get(event_type).and_then(|steps| steps.get(&from)) {
            Some(Step::Split(parts)) => parts
                .iter()
                .map(|part| {
                    let same = part.event_type == *event_type;
                    let default =
                        if same { from + 1 } else { current.get(&part.event_type).copied().unwrap_or(0) };
                    (part.event_type.clone(), part.schema_version.unwrap_or(default))
                })
                .collect(),
            // A custom step's products are known only when it runs.
            Some(Step::Edit(_) | Step::Custom(_)) => vec![(event_type.clone(), from + 1)],
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

//! What can be wrong with a registry as a whole, once its types, aliases and steps are known.

use std::collections::HashSet;

use crate::payload::Payload;
use crate::upcast::types::{Declared, Types};
use crate::upcast::{Fault, SplitPart, Step};

pub(super) fn gaps<P: Payload>(types: &Types<P>, faults: &mut Vec<Fault>) {
    for declared in types.iter() {
        let gap = |from| Fault::Gap { event_type: declared.name.clone(), from };
        faults.extend(declared.gaps().map(gap));
    }
}

pub(super) fn targets<P: Payload>(types: &Types<P>, faults: &mut Vec<Fault>) {
    for declared in types.iter() {
        for (from, parts) in declared.splits() {
            for SplitPart { event_type: target, schema_version, .. } in parts {
                let is_known = types.get(target.as_str()).is_some_and(|target| {
                    schema_version.is_none_or(|version| (1..=target.current).contains(&version))
                });
                if !is_known {
                    let (event_type, target) = (declared.name.clone(), target.clone());
                    faults.push(Fault::UnknownTarget { event_type, from, target });
                }
            }
        }
    }
}

/// Follows every declared split through the versions that its products pass.
pub(super) fn cycles<P: Payload>(types: &Types<P>, faults: &mut Vec<Fault>) {
    for declared in types.iter() {
        for (from, _) in declared.splits() {
            if leads_back(types, declared, from) {
                faults.push(Fault::Cycle { event_type: declared.name.clone(), from });
            }
        }
    }
}

fn leads_back<P: Payload>(types: &Types<P>, declared: &Declared<P>, from: u32) -> bool {
    let start = (&declared.name, from);
    let mut seen = HashSet::new();
    let mut open = products(types, declared, from);
    while let Some((declared, from)) = open.pop() {
        if (&declared.name, from) == start {
            return true;
        }
        if seen.insert((&declared.name, from)) {
            open.extend(products(types, declared, from));
        }
    }
    false
}

/// What events of this type and schema version become in one step.
fn products<'t, P: Payload>(
    types: &'t Types<P>,
    declared: &'t Declared<P>,
    from: u32,
) -> Vec<(&'t Declared<P>, u32)> {
    let next = from.saturating_add(1);
    match declared.step(from) {
        Some(Step::Split(parts)) => parts
            .iter()
            .filter_map(|part| {
                let target = types.get(part.event_type.as_str())?;
                let default = if target.name == declared.name { next } else { target.current };
                Some((target, part.schema_version.unwrap_or(default)))
            })
            .collect(),
        // A custom step's products are known only when it runs.
        Some(Step::Edit(_) | Step::Custom(_)) => vec![(declared, next)],
        None => Vec::new(),
    }
}

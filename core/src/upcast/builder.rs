use std::collections::{HashMap, HashSet};

use crate::envelope::EventType;
use crate::error::InvalidArgumentError;
use crate::payload::Payload;
use crate::upcast::{Fault, Registry, RegistryError, RegistrySpec, SplitPart, Step, Unknown};

/// Collects types, aliases and steps; [`build`](Self::build) checks them all at once.
///
/// ```
/// use onefold::{Edit, Json, RegistryBuilder, Step};
///
/// let registry = RegistryBuilder::<Json>::new()
///     .event_type("OrderPlaced", 2)
///     .alias("OrderPlaced", "OrderCreated")
///     .upcast("OrderPlaced", 1, Step::Edit(Edit { remove: vec!["x".into()], ..Edit::default() }))
///     .build()?;
/// assert_eq!(registry.current_version("OrderCreated"), Some(2));
///
/// let error = RegistryBuilder::<Json>::new().event_type("OrderPlaced", 3).build().unwrap_err();
/// assert_eq!(error.faults.len(), 2); // no step from version 1, none from version 2
/// # Ok::<(), onefold::RegistryError>(())
/// ```
pub struct RegistryBuilder<P> {
    unknown: Unknown,
    types: Vec<(EventType, u32)>,
    aliases: Vec<(EventType, EventType)>,
    steps: Vec<(EventType, u32, Step<P>)>,
    faults: Vec<Fault>,
}

impl<P: Payload> RegistryBuilder<P> {
    /// An empty registry, to which everything is unknown.
    pub fn new() -> Self {
        Self {
            unknown: Unknown::Error,
            types: Vec::new(),
            aliases: Vec::new(),
            steps: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// A registry as data says. What is wrong in it comes out of [`build`](Self::build).
    pub fn from_spec(spec: RegistrySpec) -> Self {
        let mut builder = Self::new().unknown(spec.unknown);
        for declared in spec.types {
            builder = builder.event_type(&declared.event_type, declared.version);
            for alias in &declared.aliases {
                builder = builder.alias(&declared.event_type, alias);
            }
        }
        for upcast in spec.upcasters {
            let (event_type, from) = (upcast.event_type.clone(), upcast.from);
            builder = match upcast.step() {
                Ok(step) => builder.upcast(&event_type, from, step),
                Err(error) => builder.invalid_name(event_type, &error),
            };
        }
        builder
    }

    /// What becomes of events that the registry does not know: an error, unless told otherwise.
    #[must_use]
    pub const fn unknown(mut self, unknown: Unknown) -> Self {
        self.unknown = unknown;
        self
    }

    /// Declares a type and its current schema version, from 1.
    #[must_use]
    pub fn event_type(self, name: &str, version: u32) -> Self {
        self.named(name, |builder, event_type| {
            builder.types.push((event_type, version));
        })
    }

    /// Declares a former name of a type.
    #[must_use]
    pub fn alias(self, event_type: &str, alias: &str) -> Self {
        self.named(event_type, |builder, event_type| match EventType::new(alias) {
            Ok(alias) => builder.aliases.push((event_type, alias)),
            Err(error) => {
                builder.faults.push(Fault::InvalidName { name: alias.to_owned(), reason: error.reason });
            }
        })
    }

    /// Declares the step from a schema version of a type to the next.
    #[must_use]
    pub fn upcast(self, event_type: &str, from: u32, step: Step<P>) -> Self {
        self.named(event_type, |builder, event_type| {
            builder.steps.push((event_type, from, step));
        })
    }

    /// Checks everything and freezes it.
    ///
    /// # Errors
    /// [`RegistryError`] lists all faults at once.
    pub fn build(mut self) -> Result<Registry<P>, RegistryError> {
        let mut faults = std::mem::take(&mut self.faults);
        let current = self.current_versions(&mut faults);
        let aliases = self.aliases(&current, &mut faults);
        let steps = self.steps(&current, &mut faults);
        gaps(&self.types, &steps, &mut faults);
        targets(&self.steps, &current, &aliases, &mut faults);
        cycles(&self.steps, &current, &steps, &mut faults);
        if faults.is_empty() {
            Ok(Registry::new(self.unknown, current, aliases, steps))
        } else {
            Err(RegistryError { faults })
        }
    }

    fn named(mut self, name: &str, declare: impl FnOnce(&mut Self, EventType)) -> Self {
        match EventType::new(name) {
            Ok(event_type) => declare(&mut self, event_type),
            Err(error) => return self.invalid_name(name.to_owned(), &error),
        }
        self
    }

    fn invalid_name(mut self, name: String, error: &InvalidArgumentError) -> Self {
        let fault = Fault::InvalidName { name, reason: error.reason.clone() };
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
        self
    }

    fn current_versions(&self, faults: &mut Vec<Fault>) -> HashMap<EventType, u32> {
        let mut current = HashMap::new();
        for (event_type, version) in &self.types {
            if *version == 0 {
                faults.push(Fault::InvalidVersion { event_type: event_type.clone(), version: *version });
            }
            if current.insert(event_type.clone(), *version).is_some() {
                faults.push(Fault::DuplicateType { event_type: event_type.clone() });
            }
        }
        current
    }

    fn aliases(
        &self,
        current: &HashMap<EventType, u32>,
        faults: &mut Vec<Fault>,
    ) -> HashMap<EventType, EventType> {
        let mut aliases = HashMap::new();
        for (event_type, alias) in &self.aliases {
            if current.contains_key(alias) || aliases.insert(alias.clone(), event_type.clone()).is_some() {
                faults.push(Fault::AliasClash { event_type: event_type.clone(), alias: alias.clone() });
            }
        }
        aliases
    }

    fn steps(
        &self,
        current: &HashMap<EventType, u32>,
        faults: &mut Vec<Fault>,
    ) -> HashMap<EventType, HashMap<u32, Step<P>>> {
        let mut steps: HashMap<EventType, HashMap<u32, Step<P>>> = HashMap::new();
        for (event_type, from, step) in &self.steps {
            let (event_type, from) = (event_type.clone(), *from);
            match current.get(&event_type) {
                None => faults.push(Fault::UnknownType { event_type: event_type.clone(), from }),
                Some(_) if from == 0 => {
                    faults.push(Fault::InvalidVersion { event_type: event_type.clone(), version: from });
                }
                Some(&current) if from >= current => {
                    faults.push(Fault::PastCurrent { event_type: event_type.clone(), from, current });
                }
                Some(_) => {}
            }
            if steps.entry(event_type.clone()).or_default().insert(from, step.clone()).is_some() {
                faults.push(Fault::DuplicateStep { event_type, from });
            }
        }
        steps
    }
}

impl<P: Payload> Default for RegistryBuilder<P> {
    fn default() -> Self {
        Self::new()
    }
}

fn gaps<P>(
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

fn targets<P>(
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
fn cycles<P>(
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

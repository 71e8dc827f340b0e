use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::envelope::{EventType, StoredEvent};
use crate::error::{ReadError, UnknownEventError, UpcastError};
use crate::payload::Payload;
use crate::upcast::{Product, Step, Unknown};

/// The last schema version that a type can have: what comes from version 1 must get there within [`MAX_STEPS`].
pub(super) const MAX_VERSION: u32 = 10_000;

/// How many steps one stored event may take: a custom step that splits into itself would never end.
const MAX_STEPS: usize = 10_000;

/// The frozen types, aliases and steps of an application. Made by a [`RegistryBuilder`](crate::RegistryBuilder).
pub struct Registry<P: Payload> {
    unknown: Unknown,
    current: HashMap<EventType, u32>,
    aliases: HashMap<EventType, EventType>,
    steps: HashMap<EventType, HashMap<u32, Step<P>>>,
}

impl<P: Payload> Registry<P> {
    pub(super) const fn new(
        unknown: Unknown,
        current: HashMap<EventType, u32>,
        aliases: HashMap<EventType, EventType>,
        steps: HashMap<EventType, HashMap<u32, Step<P>>>,
    ) -> Self {
        Self { unknown, current, aliases, steps }
    }

    /// The current schema version of a type, by its name or an alias.
    pub fn current_version(&self, event_type: &str) -> Option<u32> {
        self.declared(event_type).map(|(_, current)| current)
    }

    /// What becomes of events that it does not know.
    pub const fn unknown(&self) -> Unknown {
        self.unknown
    }

    /// The current name of a type and its current schema version, given that name or an alias.
    pub(super) fn declared(&self, event_type: &str) -> Option<(&EventType, u32)> {
        let declared = self
            .current
            .get_key_value(event_type)
            .or_else(|| self.current.get_key_value(self.aliases.get(event_type)?));
        declared.map(|(name, current)| (name, *current))
    }

    /// The step of a type from a schema version.
    pub(super) fn step_from(&self, event_type: &EventType, from: u32) -> Option<&Step<P>> {
        self.steps.get(event_type)?.get(&from)
    }

    /// The current name of a type and all its aliases, given any of them.
    pub(crate) fn all_names(&self, event_type: &EventType) -> Vec<EventType> {
        let current = self.aliases.get(event_type).unwrap_or(event_type);
        let aliases = self.aliases.iter().filter(|(_, name)| *name == current).map(|(alias, _)| alias);
        std::iter::once(current).chain(aliases).cloned().collect()
    }

    /// Whether every one of these events has its current name and schema version.
    pub(crate) fn are_current(&self, events: &[StoredEvent<P>]) -> bool {
        let mut last: Option<&StoredEvent<P>> = None;
        events.iter().all(|event| {
            // Most events are like the one before: comparing is cheaper than looking up.
            let known = last.is_some_and(|last| {
                last.schema_version == event.schema_version && last.event_type == event.event_type
            });
            last = Some(event);
            known || self.is_current(event)
        })
    }

    /// Adds what is seen of a stored event to `seen`: the event at its current schema version, its parts, or
    /// nothing.
    ///
    /// # Errors
    /// [`UnknownEventError`] and [`UpcastError`], as [`Unknown`] says; the latter also for a step that fails.
    pub fn upcast(&self, event: StoredEvent<P>, seen: &mut Vec<StoredEvent<P>>) -> Result<(), ReadError> {
        // Most events are current: they pass without a look at their data.
        if self.is_current(&event) {
            seen.push(event);
            return Ok(());
        }
        let first = seen.len();
        // A stack, so that the parts of a split come out in their order.
        let mut open = vec![event];
        let mut steps = 0;
        while let Some(event) = open.pop() {
            steps += 1;
            if steps > MAX_STEPS {
                return Err(
                    failed(&event, "its steps do not end; look for splits that lead back to it").into()
                );
            }
            let Some(current) = self.admit(&event)? else {
                match self.unknown {
                    Unknown::Pass => seen.push(event),
                    Unknown::Skip | Unknown::Error => {}
                }
                continue;
            };
            let event = self.renamed(event);
            if event.schema_version == current {
                seen.push(event);
            } else {
                open.extend(self.step(event)?.into_iter().rev());
            }
        }
        for (part, event) in (0..).zip(seen.iter_mut().skip(first)) {
            event.part = part;
        }
        Ok(())
    }

    fn is_current(&self, event: &StoredEvent<P>) -> bool {
        self.current.get(&event.event_type) == Some(&event.schema_version)
    }

    /// The version that the event is to be brought to; nothing where it is unknown and that is no error.
    fn admit(&self, event: &StoredEvent<P>) -> Result<Option<u32>, ReadError> {
        match self.current_version(event.event_type.as_str()) {
            Some(current) if event.schema_version <= current => Ok(Some(current)),
            _ if self.unknown != Unknown::Error => Ok(None),
            None => Err(UnknownEventError { event_type: event.event_type.clone() }.into()),
            Some(current) => {
                let reason = format!("the registry knows it up to {current} only; update this application");
                Err(failed(event, reason).into())
            }
        }
    }

    fn renamed(&self, mut event: StoredEvent<P>) -> StoredEvent<P> {
        if let Some(name) = self.aliases.get(&event.event_type) {
            event.event_type = name.clone();
        }
        event
    }

    fn step(&self, event: StoredEvent<P>) -> Result<Vec<StoredEvent<P>>, UpcastError> {
        let step = self.step_from(&event.event_type, event.schema_version);
        let next = event.schema_version.saturating_add(1);
        match step {
            Some(Step::Edit(edit)) => {
                let data = event.data.edited(edit).map_err(|reason| failed(&event, reason))?;
                Ok(vec![StoredEvent { schema_version: next, data, ..event }])
            }
            Some(Step::Split(parts)) => parts
                .iter()
                .map(|part| {
                    let data = event.data.edited(&part.edit).map_err(|reason| failed(&event, reason))?;
                    self.product(&event, part.event_type.clone(), data, part.schema_version)
                })
                .collect(),
            Some(Step::Custom(custom)) => match custom.upcast(event.data.clone()) {
                Ok(Product::Data(data)) => Ok(vec![StoredEvent { schema_version: next, data, ..event }]),
                Ok(Product::Split(products)) => products
                    .into_iter()
                    .map(|(event_type, data, version)| self.product(&event, event_type, data, version))
                    .collect(),
                Err(source) => {
                    let error = failed(&event, format!("its step failed: {source}"));
                    Err(UpcastError { source: Some(Arc::from(source)), ..error })
                }
            },
            None => Err(failed(&event, "there is no step from it; schema versions begin at 1")),
        }
    }

    /// A product of a split: of the same type it goes on at the next version, of another it enters at that
    /// type's current one.
    fn product(
        &self,
        event: &StoredEvent<P>,
        event_type: EventType,
        data: P,
        version: Option<u32>,
    ) -> Result<StoredEvent<P>, UpcastError> {
        let event_type = self.aliases.get(&event_type).cloned().unwrap_or(event_type);
        let default = if event_type == event.event_type {
            Some(event.schema_version.saturating_add(1))
        } else {
            self.current.get(&event_type).copied()
        };
        let Some(schema_version) = version.or(default) else {
            return Err(failed(
                event,
                format!("it splits into `{event_type}`, which the registry does not know"),
            ));
        };
        Ok(StoredEvent { event_type, schema_version, data, ..event.clone() })
    }
}

impl<P: Payload> fmt::Debug for Registry<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("unknown", &self.unknown)
            .field("types", &self.current)
            .finish_non_exhaustive()
    }
}

fn failed<P>(event: &StoredEvent<P>, reason: impl Into<Cow<'static, str>>) -> UpcastError {
    UpcastError {
        event_type: event.event_type.clone(),
        schema_version: event.schema_version,
        reason: reason.into().into_owned(),
        source: None,
    }
}

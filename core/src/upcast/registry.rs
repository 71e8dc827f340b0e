use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::envelope::{EventType, StoredEvent};
use crate::error::{ReadError, UnknownEventError, UpcastError};
use crate::payload::Payload;
use crate::upcast::types::{Declared, Types};
use crate::upcast::{Product, Step, Unknown};

/// How many steps one stored event may take: a custom step that splits into itself would never end.
const MAX_STEPS: usize = 10_000;

/// The frozen types, aliases and steps of an application. Made by a [`RegistryBuilder`](crate::RegistryBuilder).
pub struct Registry<P: Payload> {
    unknown: Unknown,
    pub(super) types: Types<P>,
}

impl<P: Payload> Registry<P> {
    pub(super) const fn new(unknown: Unknown, types: Types<P>) -> Self {
        Self { unknown, types }
    }

    /// The current schema version of a type, by its name or an alias.
    pub fn current_version(&self, event_type: &str) -> Option<u32> {
        self.types.get(event_type).map(|declared| declared.current)
    }

    /// What becomes of events that it does not know.
    pub const fn unknown(&self) -> Unknown {
        self.unknown
    }

    /// The current name of a type and all its aliases, given any of them.
    pub(crate) fn all_names(&self, event_type: &EventType) -> Vec<EventType> {
        match self.types.get(event_type.as_str()) {
            Some(Declared { name, aliases, .. }) => std::iter::once(name).chain(aliases).cloned().collect(),
            None => vec![event_type.clone()],
        }
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
            let Some(declared) = self.admit(&event)? else {
                match self.unknown {
                    Unknown::Pass => seen.push(event),
                    Unknown::Skip | Unknown::Error => {}
                }
                continue;
            };
            let event = StoredEvent { event_type: declared.name.clone(), ..event };
            if event.schema_version == declared.current {
                seen.push(event);
            } else {
                open.extend(self.step(declared, event)?.into_iter().rev());
            }
        }
        for (part, event) in (0..).zip(seen.iter_mut().skip(first)) {
            event.part = part;
        }
        Ok(())
    }

    fn is_current(&self, event: &StoredEvent<P>) -> bool {
        self.types.get(event.event_type.as_str()).is_some_and(|declared| {
            declared.current == event.schema_version && declared.name == event.event_type
        })
    }

    /// The type of the event; nothing where it, or its version, is unknown and that is no error.
    fn admit(&self, event: &StoredEvent<P>) -> Result<Option<&Declared<P>>, ReadError> {
        match self.types.get(event.event_type.as_str()) {
            Some(declared) if event.schema_version <= declared.current => Ok(Some(declared)),
            _ if self.unknown != Unknown::Error => Ok(None),
            None => Err(UnknownEventError { event_type: event.event_type.clone() }.into()),
            Some(Declared { current, .. }) => {
                let reason = format!("the registry knows it up to {current} only; update this application");
                Err(failed(event, reason).into())
            }
        }
    }

    fn step(
        &self,
        declared: &Declared<P>,
        event: StoredEvent<P>,
    ) -> Result<Vec<StoredEvent<P>>, UpcastError> {
        let next = event.schema_version.saturating_add(1);
        match declared.step(event.schema_version) {
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
        let declared = self.types.get(event_type.as_str());
        let event_type = declared.map_or(event_type, |declared| declared.name.clone());
        let default = if event_type == event.event_type {
            Some(event.schema_version.saturating_add(1))
        } else {
            declared.map(|declared| declared.current)
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
        f.debug_struct("Registry").field("unknown", &self.unknown).finish_non_exhaustive()
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

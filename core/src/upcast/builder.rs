use crate::envelope::EventType;
use crate::error::InvalidArgumentError;
use crate::payload::Payload;
use crate::upcast::checks::{cycles, gaps, targets};
use crate::upcast::types::Types;
use crate::upcast::{Edit, Fault, Registry, RegistryError, RegistrySpec, Step, Unknown};

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
pub struct RegistryBuilder<P: Payload> {
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

    /// Notes a declared step that cannot be one, for [`build`](Self::build) to report with the rest.
    #[must_use]
    pub fn invalid_step(mut self, event_type: &str, from: u32, error: &InvalidArgumentError) -> Self {
        let reason = format!("invalid `{}`: {}", error.argument, error.reason);
        self.faults.push(Fault::InvalidStep { event_type: event_type.to_owned(), from, reason });
        self
    }

    /// Checks everything and freezes it.
    ///
    /// # Errors
    /// [`RegistryError`] lists all faults at once.
    pub fn build(self) -> Result<Registry<P>, RegistryError> {
        let Self { unknown, types: declared, aliases, steps, mut faults } = self;
        let mut types = Types::new();
        for (name, current) in declared {
            types.declare(name, current, &mut faults);
        }
        for (event_type, alias) in aliases {
            types.add_alias(event_type, alias, &mut faults);
        }
        for (event_type, from, step) in steps {
            types.add_step(event_type, from, step, &mut faults);
        }
        gaps(&types, &mut faults);
        targets(&types, &mut faults);
        cycles(&types, &mut faults);
        if faults.is_empty() { Ok(Registry::new(unknown, types)) } else { Err(RegistryError { faults }) }
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
}

impl<P: Payload<Edit = Edit>> RegistryBuilder<P> {
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
                Err(error) => builder.invalid_step(&event_type, from, &error),
            };
        }
        builder
    }
}

impl<P: Payload> Default for RegistryBuilder<P> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::Json;

    #[test]
    fn an_alias_needs_its_type() {
        let error =
            RegistryBuilder::<Json>::new().alias("A", "OldA").build().expect_err("`A` is not declared");
        assert!(matches!(error.faults.as_slice(), [Fault::AliasWithoutType { .. }]), "{error}");
    }
}

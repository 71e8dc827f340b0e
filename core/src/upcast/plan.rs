use crate::envelope::EventType;
use crate::payload::Payload;
use crate::upcast::{Registry, Step, Unknown};

/// What a registry does to the events of one type and schema version, as far as it is the same for all of them.
///
/// A language can so run the steps of most events by itself, without asking [`Registry::upcast`] for each.
pub enum Plan<'r, P: Payload> {
    /// They are handed on as they are.
    Keep,
    /// They are left out.
    Drop,
    /// They take these steps, edits and custom ones, and are then of this type and version.
    Chain {
        /// The current name of the type.
        event_type: EventType,
        /// Its current schema version.
        schema_version: u32,
        /// The steps, in their order. A custom one may still split or fail: then [`Registry::upcast`] decides.
        steps: Vec<&'r Step<P>>,
    },
    /// It depends on the event, or is an error: [`Registry::upcast`] decides.
    Each,
}

impl<P: Payload> Registry<P> {
    /// What becomes of the events of a stored type and schema version.
    ///
    /// ```
    /// use onefold::{Edit, Json, Plan, RegistryBuilder, Step};
    ///
    /// let registry = RegistryBuilder::<Json>::new()
    ///     .event_type("OrderPlaced", 2)
    ///     .upcast("OrderPlaced", 1, Step::Edit(Edit::default()))
    ///     .build()?;
    /// assert!(matches!(registry.plan("OrderPlaced", 2), Plan::Keep));
    /// assert!(matches!(registry.plan("OrderPlaced", 1), Plan::Chain { schema_version: 2, .. }));
    /// assert!(matches!(registry.plan("OrderShipped", 1), Plan::Each)); // an error
    /// # Ok::<(), onefold::RegistryError>(())
    /// ```
    pub fn plan(&self, event_type: &str, schema_version: u32) -> Plan<'_, P> {
        let declared = self.types.get(event_type).filter(|declared| schema_version <= declared.current);
        let Some(declared) = declared else {
            return match self.unknown() {
                Unknown::Error => Plan::Each,
                Unknown::Skip => Plan::Drop,
                Unknown::Pass => Plan::Keep,
            };
        };
        let (name, current) = (&declared.name, declared.current);
        // A declared split has as many products as it says, and each of them its own way to go.
        let single = |from| declared.step(from).filter(|step| !matches!(step, Step::Split(_)));
        match (schema_version..current).map(single).collect::<Option<Vec<_>>>() {
            None => Plan::Each,
            Some(steps) if steps.is_empty() && name.as_str() == event_type => Plan::Keep,
            Some(steps) => Plan::Chain { event_type: name.clone(), schema_version: current, steps },
        }
    }
}

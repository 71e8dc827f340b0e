//! Old events in new shapes: a frozen [`Registry`] of types, aliases and upcasting steps, applied on read and
//! never written back.

mod builder;
mod checks;
mod edit;
mod fault;
mod objects;
mod plan;
mod registry;
mod spec;
mod step;
mod types;

pub use builder::RegistryBuilder;
pub use edit::{Edit, FieldPath};
pub use fault::{Fault, RegistryError};
pub use plan::Plan;
pub use registry::Registry;
pub use spec::{RegistrySpec, SplitSpec, TypeSpec, UpcastSpec};
pub use step::{Product, SplitPart, Step, Upcast};

/// What becomes of an event whose type, or schema version, the registry does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// The read, or the append, is an error.
    #[default]
    Error,
    /// It is left out.
    Skip,
    /// It is handed on as it is.
    Pass,
}

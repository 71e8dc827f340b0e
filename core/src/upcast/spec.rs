use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::envelope::EventType;
use crate::error::InvalidArgumentError;
use crate::upcast::{Edit, FieldPath, SplitPart, Step, Unknown};

/// A registry as data: the JSON that every language reads.
///
/// ```
/// use onefold::{Json, Registry, RegistryBuilder, RegistrySpec};
///
/// let spec: RegistrySpec = serde_json::from_str(r#"{
///     "types": [{"type": "OrderPlaced", "version": 2, "aliases": ["OrderCreated"]}],
///     "upcasters": [{"type": "OrderPlaced", "from": 1, "rename": {"customer": "customer_id"}}]
/// }"#)?;
/// let registry: Registry<Json> = RegistryBuilder::from_spec(spec).build()?;
/// assert_eq!(registry.current_version("OrderPlaced"), Some(2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegistrySpec {
    /// What becomes of events that it does not know.
    pub unknown: Unknown,
    /// The types.
    pub types: Vec<TypeSpec>,
    /// The steps.
    pub upcasters: Vec<UpcastSpec>,
}

/// A type, its current schema version and its former names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeSpec {
    /// The type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Its current schema version, from 1.
    #[serde(default = "first_version")]
    pub version: u32,
    /// Its former names.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// A step from one schema version of a type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UpcastSpec {
    /// The type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The schema version that it begins at.
    pub from: u32,
    /// See [`Edit::keep`].
    pub keep: Option<Vec<FieldPath>>,
    /// See [`Edit::rename`].
    pub rename: Map<String, Value>,
    /// See [`Edit::add`].
    pub add: Map<String, Value>,
    /// See [`Edit::remove`].
    pub remove: Vec<FieldPath>,
    /// The events that stand in its place; an empty list drops it. It goes without the edits beside it.
    pub split: Option<Vec<SplitSpec>>,
}

/// One event of a split.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SplitSpec {
    /// The type of the product.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Its schema version; absent, the next one for the same type, the current one for another.
    pub version: Option<u32>,
    /// See [`Edit::keep`].
    pub keep: Option<Vec<FieldPath>>,
    /// See [`Edit::rename`].
    pub rename: Map<String, Value>,
    /// See [`Edit::add`].
    pub add: Map<String, Value>,
    /// See [`Edit::remove`].
    pub remove: Vec<FieldPath>,
}

impl UpcastSpec {
    /// The step that this describes.
    ///
    /// # Errors
    /// [`InvalidArgumentError`] where a name in it is none.
    pub fn step<P>(self) -> Result<Step<P>, InvalidArgumentError> {
        match self.split {
            Some(parts) => Ok(Step::Split(parts.into_iter().map(SplitSpec::part).collect::<Result<_, _>>()?)),
            None => Ok(Step::Edit(edit(self.keep, self.rename, self.add, self.remove)?)),
        }
    }
}

impl SplitSpec {
    fn part(self) -> Result<SplitPart, InvalidArgumentError> {
        Ok(SplitPart {
            event_type: EventType::new(self.event_type)?,
            schema_version: self.version,
            edit: edit(self.keep, self.rename, self.add, self.remove)?,
        })
    }
}

fn edit(
    keep: Option<Vec<FieldPath>>,
    rename: Map<String, Value>,
    add: Map<String, Value>,
    remove: Vec<FieldPath>,
) -> Result<Edit, InvalidArgumentError> {
    let rename = rename.into_iter().map(|(from, to)| match to {
        Value::String(to) => Ok((from.into(), to.into())),
        other => Err(InvalidArgumentError::new(
            "rename",
            format!("`{from}` leads to {other}; give a field's name"),
        )),
    });
    Ok(Edit {
        keep,
        rename: rename.collect::<Result<_, _>>()?,
        add: add.into_iter().map(|(path, default)| (path.into(), default)).collect(),
        remove,
    })
}

const fn first_version() -> u32 {
    1
}

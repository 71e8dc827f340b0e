use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::envelope::EventType;
use crate::error::InvalidArgumentError;
use crate::payload::{Json, Payload};
use crate::upcast::objects::{Object, objects, objects_if_any};
use crate::upcast::{Edit, FieldPath, SplitPart, Step, Unknown};

/// A registry as data: the JSON that every language reads.
///
/// ```
/// use onefold::{Json, Registry, RegistryBuilder, RegistrySpec};
///
/// let spec = RegistrySpec::from_json(r#"{
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
    #[serde(deserialize_with = "objects")]
    pub types: Vec<TypeSpec>,
    /// The steps.
    #[serde(deserialize_with = "objects")]
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
#[serde(deny_unknown_fields)]
pub struct UpcastSpec {
    /// The type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The schema version that it begins at.
    pub from: u32,
    /// See [`Edit::keep`].
    #[serde(default)]
    pub keep: Option<Vec<FieldPath>>,
    /// See [`Edit::rename`].
    #[serde(default)]
    pub rename: Map<String, Value>,
    /// See [`Edit::add`].
    #[serde(default)]
    pub add: Map<String, Value>,
    /// See [`Edit::remove`].
    #[serde(default)]
    pub remove: Vec<FieldPath>,
    /// The events that stand in its place; an empty list drops it. The edits are those of its parts.
    #[serde(default, deserialize_with = "objects_if_any")]
    pub split: Option<Vec<SplitSpec>>,
}

/// One event of a split.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitSpec {
    /// The type of the product.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Its schema version; absent, the next one for the same type, the current one for another.
    #[serde(default)]
    pub version: Option<u32>,
    /// See [`Edit::keep`].
    #[serde(default)]
    pub keep: Option<Vec<FieldPath>>,
    /// See [`Edit::rename`].
    #[serde(default)]
    pub rename: Map<String, Value>,
    /// See [`Edit::add`].
    #[serde(default)]
    pub add: Map<String, Value>,
    /// See [`Edit::remove`].
    #[serde(default)]
    pub remove: Vec<FieldPath>,
}

impl RegistrySpec {
    /// Reads a registry from JSON text.
    ///
    /// # Errors
    /// [`InvalidArgumentError`] with the path to what is wrong.
    ///
    /// ```
    /// use onefold::RegistrySpec;
    ///
    /// let error = RegistrySpec::from_json(r#"{"types": [{"type": "OrderPlaced", "version": 1.5}]}"#).unwrap_err();
    /// assert!(error.reason.starts_with("at `types[0].version`: "));
    /// ```
    pub fn from_json(text: &str) -> Result<Self, InvalidArgumentError> {
        let invalid = |path: &str, reason: &str| {
            let place = if matches!(path, "" | ".") { String::new() } else { format!("at `{path}`: ") };
            InvalidArgumentError::new("registry", format!("{place}{reason}"))
        };
        let json =
            Json::parse(text).map_err(|error| invalid(error.path.trim_start_matches('.'), &error.reason))?;
        let mut deserializer = serde_json::Deserializer::from_str(json.as_str());
        serde_path_to_error::deserialize(&mut deserializer).map(|Object(spec)| spec).map_err(|error| {
            let reason = error.inner().to_string();
            // The path says where; the text may be one that a binding wrote, of which nobody knows the lines.
            let reason = reason.split_once(" at line ").map_or(reason.as_str(), |(reason, _)| reason);
            invalid(&error.path().to_string(), reason)
        })
    }
}

impl UpcastSpec {
    /// The step that this describes.
    ///
    /// # Errors
    /// [`InvalidArgumentError`] where a name in it is none, or edits stand beside a split.
    pub fn step<P: Payload<Edit = Edit>>(self) -> Result<Step<P>, InvalidArgumentError> {
        let edit = edit(self.keep, self.rename, self.add, self.remove)?;
        let Some(parts) = self.split else {
            return Ok(Step::Edit(edit));
        };
        if edit != Edit::default() {
            return Err(InvalidArgumentError::new("split", "edits stand beside it; put them into its parts"));
        }
        Ok(Step::Split(parts.into_iter().map(SplitSpec::part).collect::<Result<_, _>>()?))
    }
}

impl SplitSpec {
    fn part(self) -> Result<SplitPart<Edit>, InvalidArgumentError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named_by_its_path() {
        let deep =
            format!(r#"{{"upcasters":[{{"type":"A","from":1,"add":{{"x":{}}}}}]}}"#, "[".repeat(200_000));
        for (text, path) in [
            (r#"{"types":[{"type":"A"},["B",2,[]]]}"#, "`types[1]`"),
            (r#"{"types":[5]}"#, "`types[0]`"),
            (r#"{"types":{}}"#, "`types`"),
            (r#"{"types":[{"type":5}]}"#, "`types[0].type`"),
            (r#"{"types":[{}]}"#, "missing field `type`"),
            (r#"{"types":[{"type":"A","version":true}]}"#, "`types[0].version`"),
            (r#"{"types":[{"type":"A","version":1.5}]}"#, "`types[0].version`"),
            (r#"{"types":[{"type":"A","version":-1}]}"#, "`types[0].version`"),
            (r#"{"types":[{"type":"A","version":1099511627776}]}"#, "`types[0].version`"),
            (r#"{"types":[{"type":"A","versions":1}]}"#, "`versions`"),
            (r#"{"types":[{"type":"A","aliases":"B"}]}"#, "`types[0].aliases`"),
            (r#"{"upcasters":[{"type":"A"}]}"#, "missing field `from`"),
            (r#"{"upcasters":[["A",1]]}"#, "`upcasters[0]`"),
            (r#"{"upcasters":[{"type":"A","from":1,"split":[["A"]]}]}"#, "`upcasters[0].split[0]`"),
            (
                r#"{"upcasters":[{"type":"A","from":1,"add":{"x":1000000000000000000000000000000}}]}"#,
                "`upcasters[0].add.x`",
            ),
            (r#"{"unknown":"ignore"}"#, "`unknown`"),
            (r#"{"upcaster":[]}"#, "`upcaster`"),
            ("[]", "an object"),
            (deep.as_str(), "not JSON"),
        ] {
            let error = RegistrySpec::from_json(text).expect_err(path);
            assert_eq!(error.argument, "registry");
            assert!(error.reason.contains(path), "{path} is not in: {}", error.reason);
        }
    }
}

use std::fmt;
use std::str::FromStr;

use onefold::InvalidArgumentError;

/// PostgreSQL cuts off what is longer.
const MAX_BYTES: usize = 63;

/// The name of the schema that holds a store's tables: lower-case letters, digits and `_`, at most 63 of them, not
/// beginning with a digit or with `pg_`, which PostgreSQL keeps for itself.
///
/// ```
/// use onefold_postgres::SchemaName;
///
/// assert_eq!(SchemaName::default().as_str(), "onefold");
/// assert_eq!(SchemaName::new("shop_events")?.as_str(), "shop_events");
/// assert_eq!(SchemaName::new("Shop; DROP").unwrap_err().argument, "schema");
/// # Ok::<(), onefold::InvalidArgumentError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SchemaName(String);

impl SchemaName {
    /// Takes a name of this form.
    ///
    /// # Errors
    /// [`InvalidArgumentError`] for any other.
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidArgumentError> {
        let name = name.into();
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let begins_well = !name.starts_with("pg_") && !name.starts_with(|first: char| first.is_ascii_digit());
        if name.is_empty() || name.len() > MAX_BYTES || !name.bytes().all(is_plain) || !begins_well {
            let reason = format!(
                "`{name}` is no plain name; use up to {MAX_BYTES} of a-z, 0-9 and _, without pg_ in front"
            );
            return Err(InvalidArgumentError::new("schema", reason));
        }
        Ok(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SQL with the quoted name where it says `{schema}`.
    pub(crate) fn fill(&self, sql: &str) -> String {
        // Plain names need no quotes, except those that are SQL's own words.
        sql.replace("{schema}", &format!("\"{self}\""))
    }
}

impl FromStr for SchemaName {
    type Err = InvalidArgumentError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::new(name)
    }
}

impl Default for SchemaName {
    fn default() -> Self {
        Self("onefold".to_owned())
    }
}

impl fmt::Display for SchemaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

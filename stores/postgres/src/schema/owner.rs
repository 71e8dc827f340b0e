//! The role that owns the tables, where it is another than the one that appends.

use onefold::{InvalidArgumentError, OpenError};
use tokio_postgres::{Client, Error, Transaction};

use crate::error::failed;
use crate::schema::SchemaName;

/// PostgreSQL cuts off what is longer.
const MAX_BYTES: usize = 63;

/// What a role needs to append and read. The log it can only add to.
const GRANTS: &str = "
    GRANT USAGE ON SCHEMA {schema} TO SESSION_USER;
    GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO SESSION_USER;
    GRANT SELECT, UPDATE ON SEQUENCE {schema}.positions TO SESSION_USER;
    GRANT INSERT ON {schema}.events TO SESSION_USER;
    GRANT INSERT, UPDATE ON {schema}.streams, {schema}.snapshots TO SESSION_USER";

const MAY_CHANGE_EVENTS: &str =
    "SELECT current_user::text, has_table_privilege('{schema}.events', 'UPDATE, DELETE, TRUNCATE')";

/// What is done from here to the end of the transaction is done as this role.
pub(super) async fn become_owner(transaction: &Transaction<'_>, owner: &str) -> Result<(), Error> {
    transaction.batch_execute(&format!("SET LOCAL ROLE \"{}\"", owner.replace('"', "\"\""))).await
}

/// Lets the role that we have connected as append and read.
pub(super) async fn grant(transaction: &Transaction<'_>, schema: &SchemaName) -> Result<(), Error> {
    transaction.batch_execute(&schema.fill(GRANTS)).await
}

/// Refuses a name that no role can have.
pub(crate) fn check_name(owner: Option<&str>) -> Result<(), InvalidArgumentError> {
    match owner {
        Some(name) if name.is_empty() || name.len() > MAX_BYTES || name.contains('\0') => {
            let reason = format!("`{}` is the name of no role; name one", name.escape_debug());
            Err(InvalidArgumentError::new("owner", reason))
        }
        _ => Ok(()),
    }
}

/// Refuses a role whose rights would let it change or remove events: then the triggers alone would keep them.
pub(crate) async fn check_is_another(
    client: &Client,
    schema: &SchemaName,
    owner: &str,
) -> Result<(), OpenError> {
    let rows = client.query_typed(&schema.fill(MAY_CHANGE_EVENTS), &[]).await.map_err(failed)?;
    let Some((role, true)) =
        rows.first().and_then(|row| Some((row.try_get::<_, String>(0).ok()?, row.try_get(1).ok()?)))
    else {
        return Ok(());
    };
    let reason = format!(
        "role `{role}` may change events though `{owner}` is to own them; connect as a role that is not that one, \
         does not inherit from it, and is no superuser"
    );
    Err(InvalidArgumentError::new("owner", reason).into())
}

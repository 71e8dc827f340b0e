use onefold::{StoreError, StoreErrorKind};
use tokio_postgres::Client;

use crate::error::failed;

/// The oldest server that the store is made for, as PostgreSQL counts its versions.
const OLDEST: i32 = 140_000;

/// What is to be known of a server that can hold a store.
pub(crate) struct Server {
    /// Whether a commit waits until it is on the disk.
    pub(crate) waits_for_disk: bool,
}

/// Refuses a server or a database that cannot hold a store.
pub(crate) async fn check(client: &Client) -> Result<Server, StoreError> {
    let sql = "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), \
               current_setting('synchronous_commit') <> 'off'";
    let rows = client.query_typed(sql, &[]).await.map_err(failed)?;
    let (version, encoding, waits_for_disk): (i32, String, bool) = match rows.first() {
        Some(row) => (
            row.try_get(0).map_err(failed)?,
            row.try_get(1).map_err(failed)?,
            row.try_get(2).map_err(failed)?,
        ),
        None => (0, String::new(), true),
    };
    check_version(version)?;
    if encoding != "UTF8" {
        let fault = format!("the database has the encoding `{encoding}`; make one with the encoding UTF8");
        return Err(StoreError::new(StoreErrorKind::Failed, fault));
    }
    Ok(Server { waits_for_disk })
}

fn check_version(version: i32) -> Result<(), StoreError> {
    if version >= OLDEST {
        return Ok(());
    }
    let fault = format!(
        "the server is PostgreSQL {}, onefold needs {} or newer; upgrade it or connect to another",
        version / 10_000,
        OLDEST / 10_000
    );
    Err(StoreError::new(StoreErrorKind::Failed, fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_server_is_refused() {
        let error = check_version(130_014).unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Failed);
        assert!(error.to_string().contains("PostgreSQL 13"), "{error}");
        assert!(check_version(140_000).is_ok());
    }
}

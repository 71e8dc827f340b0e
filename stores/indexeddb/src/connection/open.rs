use onefold::{EventId, Host, StoreError, StoreErrorKind, new_epoch};
use wasm_bindgen::JsValue;
use web_sys::{DomException, IdbDatabase, IdbTransaction};

use crate::connection::link::{Link, Status};
use crate::dom::{Fault, open, settled};
use crate::options::IndexedDbOptions;
use crate::schema::{COMMITS, EPOCH, META, SNAPSHOTS, SchemaVersion};

/// Opens a database, and makes or migrates it; gives its epoch too.
pub(super) async fn made(
    name: &str,
    host: &dyn Host,
    options: IndexedDbOptions,
) -> Result<(Link, EventId), StoreError> {
    let epoch = new_epoch(host);
    let migrate = move |database: IdbDatabase, transaction: IdbTransaction, from| {
        let mut version = SchemaVersion::of(from).ok_or_else(not_ours)?;
        while let Some(next) = version.upgrade(&database, &transaction, epoch)? {
            version = next;
        }
        Ok(())
    };
    let database = connected(name, options, migrate).await.map_err(|fault| fault.in_store(name))?;
    let link = Link::new(database);
    let epoch = epoch_of(&link.database).await.map_err(|fault| fault.in_store(name))?.ok_or_else(|| {
        let advice = "is not a store of ours; use another name";
        StoreError::new(StoreErrorKind::Migration, format!("the database `{name}` {advice}"))
    })?;
    Ok((link, epoch))
}

/// Opens the database of this epoch again, or says what became of it.
pub(super) async fn opened(
    name: &str,
    epoch: EventId,
    options: IndexedDbOptions,
) -> Result<Result<Link, Status>, StoreError> {
    let migrate = |_: IdbDatabase, _: IdbTransaction, _| Err(not_found());
    let link = match connected(name, options, migrate).await {
        Ok(database) => Link::new(database),
        Err(fault) if fault.name == "NotFoundError" => return Ok(Err(Status::Deleted)),
        Err(fault) if fault.name == "VersionError" => return Ok(Err(Status::Migrated)),
        Err(fault) => return Err(fault.in_store(name)),
    };
    let found = epoch_of(&link.database).await.map_err(|fault| fault.in_store(name))?;
    Ok(if found == Some(epoch) { Ok(link) } else { Err(Status::Deleted) })
}

async fn connected(
    name: &str,
    options: IndexedDbOptions,
    migrate: impl Fn(IdbDatabase, IdbTransaction, u32) -> Result<(), JsValue> + 'static,
) -> Result<IdbDatabase, Fault> {
    open(name, SchemaVersion::CURRENT as u32, options.patience(), migrate).await
}

/// The epoch; none in a database that is not ours.
async fn epoch_of(database: &IdbDatabase) -> Result<Option<EventId>, Fault> {
    let names = database.object_store_names();
    if [COMMITS, SNAPSHOTS, META].iter().any(|name| !names.contains(name)) {
        return Ok(None);
    }
    let meta = database.transaction_with_str(META)?.object_store(META)?;
    let epoch = settled(meta.get(&EPOCH.into())).await?;
    Ok(epoch.as_string().and_then(|text| text.parse().ok()))
}

/// Thrown out of an upgrade, it leaves no database behind.
fn not_found() -> JsValue {
    exception("the database was deleted", "NotFoundError")
}

fn not_ours() -> JsValue {
    exception("its version is not one of ours", "VersionError")
}

fn exception(message: &str, name: &str) -> JsValue {
    DomException::new_with_message_and_name(message, name).map_or_else(|thrown| thrown, JsValue::from)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use onefold_js::JsHost;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    async fn an_old_tab_that_does_not_let_go_blocks_a_migration() {
        let name = format!("blocked {}", js_sys::Date::now());
        let host = JsHost::new();
        let (old, _) = made(&name, &host, IndexedDbOptions::default()).await.unwrap();
        // An application that does not listen.
        old.database.set_onversionchange(None);
        let next = SchemaVersion::CURRENT as u32 + 1;
        let migrate = |database: IdbDatabase, _: IdbTransaction, from: u32| {
            assert_eq!(from, SchemaVersion::CURRENT as u32);
            database.create_object_store("new").map(|_| ())
        };
        let blocked = open(&name, next, 100, migrate).await.unwrap_err();
        let blocked = blocked.in_store(&name);
        assert_eq!(blocked.kind, StoreErrorKind::Unavailable);
        assert!(blocked.to_string().contains("close the other tabs"), "{blocked}");

        // Once it has let go, the migration is done and nobody is in the way: what came too late was closed.
        drop(old);
        let migrated = open(&name, next, 5_000, migrate).await.unwrap();
        assert!(migrated.object_store_names().contains("new"));
        migrated.close();
        let patience = IndexedDbOptions { blocked_timeout: Duration::ZERO, ..IndexedDbOptions::default() };
        let older = made(&name, &host, patience).await.err().unwrap();
        assert_eq!(older.code(), "migration", "{older}");
    }

    #[wasm_bindgen_test]
    async fn a_migration_that_fails_changes_nothing() {
        let name = format!("failed migration {}", js_sys::Date::now());
        let failing = |database: IdbDatabase, _: IdbTransaction, _: u32| {
            database.create_object_store("half")?;
            Err(exception("no further", "DataError"))
        };
        let failed = open(&name, 1, 5_000, failing).await.unwrap_err();
        assert_eq!(failed.name, "DataError");
        made(&name, &JsHost::new(), IndexedDbOptions::default()).await.unwrap();
    }
}

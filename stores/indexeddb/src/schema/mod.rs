//! The object stores of a database, and which version of them it has.

mod v1;
mod version;

use onefold::EventId;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use web_sys::{DomException, IdbDatabase, IdbTransaction};

pub(crate) use v1::COMMITS;
pub(crate) use version::SchemaVersion;

/// Makes the stores of a new database and brings those of an older one up to date: called by the browser with the
/// database, its transaction and its version.
pub(crate) fn migration(
    new_epoch: EventId,
) -> Closure<dyn Fn(IdbDatabase, IdbTransaction, u32) -> Result<(), JsValue>> {
    Closure::new(move |database, transaction, from| {
        let mut version = SchemaVersion::of(from).ok_or_else(not_ours)?;
        while let Some(next) = version.upgrade(&database, &transaction, new_epoch)? {
            version = next;
        }
        Ok(())
    })
}

fn not_ours() -> JsValue {
    DomException::new_with_message_and_name("its version is not one of ours", "VersionError")
        .map_or_else(|thrown| thrown, JsValue::from)
}

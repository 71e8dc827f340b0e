use js_sys::Reflect;
use onefold::{StoreError, StoreErrorKind};
use onefold_js::JsError;
use wasm_bindgen::JsValue;

/// An exception that IndexedDB, or the JavaScript over it, threw.
pub(crate) struct Fault {
    /// Its name, such as `QuotaExceededError`.
    name: String,
    thrown: JsValue,
}

impl Fault {
    /// What a store makes of it.
    pub(crate) fn in_store(self, name: &str) -> StoreError {
        let (kind, advice) = match self.name.as_str() {
            "QuotaExceededError" => (
                StoreErrorKind::Failed,
                "gets no more room from the browser; delete what is not needed, or ask for persistent storage",
            ),
            "NotFoundError" => (
                StoreErrorKind::Unavailable,
                "was deleted; open it again: it is then a new store with a new epoch",
            ),
            "VersionError" => (
                StoreErrorKind::Migration,
                "is of a newer version, or not a store of ours; load the page anew, or use another name",
            ),
            "TimeoutError" => (
                StoreErrorKind::Unavailable,
                "is held in an older version or being deleted by another tab or worker; close the other tabs",
            ),
            "ClosedError" => (StoreErrorKind::Closed, "is closed; open it again"),
            "AbortError" | "InvalidStateError" => {
                (StoreErrorKind::Unavailable, "does not stay open; try again, or load the page anew")
            }
            "SecurityError" | "ReferenceError" => (
                StoreErrorKind::Unavailable,
                "cannot be opened: there is no IndexedDB here, or the browser lets this site store nothing; allow \
                 it to store data, or use a store in memory",
            ),
            _ => (StoreErrorKind::Failed, "failed; try again, or load the page anew"),
        };
        StoreError::new(kind, format!("the database `{name}` {advice}")).caused_by(JsError::new(self.thrown))
    }
}

impl From<JsValue> for Fault {
    fn from(thrown: JsValue) -> Self {
        let name = Reflect::get(&thrown, &"name".into()).ok().and_then(|name| name.as_string());
        Self { name: name.unwrap_or_default(), thrown }
    }
}

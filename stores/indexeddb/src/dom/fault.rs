use onefold::{StoreError, StoreErrorKind};
use onefold_js::JsError;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

/// An exception that IndexedDB, or the JavaScript over it, threw.
#[derive(Debug)]
pub(crate) struct Fault {
    /// Its name, such as `QuotaExceededError`.
    pub(crate) name: String,
    thrown: JsValue,
}

impl Fault {
    /// Whether the browser may have dropped the connection: another one can help.
    pub(crate) fn may_be_lost_connection(&self) -> bool {
        matches!(self.name.as_str(), "AbortError" | "InvalidStateError" | "UnknownError")
    }

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
            "InvalidStateError" => {
                (StoreErrorKind::Unavailable, "does not stay open; try again, or load the page anew")
            }
            "SecurityError" | "ReferenceError" => (
                StoreErrorKind::Unavailable,
                "cannot be: there is no IndexedDB here, or the browser lets this page store nothing",
            ),
            _ => (StoreErrorKind::Failed, "failed; try again, or load the page anew"),
        };
        StoreError::new(kind, format!("the database `{name}` {advice}")).caused_by(JsError::new(self.thrown))
    }
}

impl From<JsValue> for Fault {
    fn from(thrown: JsValue) -> Self {
        let name = match thrown.dyn_ref::<DomException>() {
            Some(exception) => exception.name(),
            None => thrown.dyn_ref::<js_sys::Error>().map_or_else(String::new, |error| error.name().into()),
        };
        Self { name, thrown }
    }
}

use onefold::{StoreError, StoreErrorKind};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

/// An exception that IndexedDB threw, reported or aborted a transaction with.
#[derive(Debug)]
pub(crate) struct Fault {
    /// Its name, such as `QuotaExceededError`.
    pub(crate) name: String,
    message: String,
}

impl Fault {
    /// A fault of our own finding, by the name that IndexedDB would use.
    pub(crate) fn new(name: &str, message: &str) -> Self {
        Self { name: name.to_owned(), message: message.to_owned() }
    }

    /// Whether the browser may have dropped the connection: another one can help.
    pub(crate) fn may_be_lost_connection(&self) -> bool {
        matches!(self.name.as_str(), "AbortError" | "InvalidStateError" | "UnknownError")
    }

    /// What a store makes of it.
    pub(crate) fn in_store(self, name: &str) -> StoreError {
        let (kind, advice) = match self.name.as_str() {
            "QuotaExceededError" => (
                StoreErrorKind::Failed,
                "the browser grants it no more room; delete what is not needed, or ask for persistent storage",
            ),
            "VersionError" => (
                StoreErrorKind::Migration,
                "it is of a newer version, or not a store of ours; load the newest version of the application, \
                 or use another name",
            ),
            "TimeoutError" => (
                StoreErrorKind::Unavailable,
                "another tab or worker holds it in an older version, or is deleting it; close the other tabs and \
                 try again",
            ),
            "SecurityError" => (
                StoreErrorKind::Unavailable,
                "the browser lets this page store nothing; check its privacy settings, and whether the page is \
                 in a sandbox",
            ),
            _ => (StoreErrorKind::Failed, "try again, or load the page anew"),
        };
        let cause = format!("{}: {}", self.name, self.message);
        StoreError::new(kind, format!("the database `{name}` failed: {advice}")).caused_by(cause)
    }
}

impl From<JsValue> for Fault {
    fn from(thrown: JsValue) -> Self {
        match thrown.dyn_ref::<DomException>() {
            Some(exception) => Self { name: exception.name(), message: exception.message() },
            None => Self { name: "Error".into(), message: format!("{thrown:?}") },
        }
    }
}

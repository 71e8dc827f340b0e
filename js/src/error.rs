use std::fmt;

use js_sys::Reflect;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsValue;

/// Whatever JavaScript threw, as the cause of an error of the core.
pub struct JsError(SendWrapper<JsValue>);

impl JsError {
    /// Wraps what was thrown.
    pub fn new(thrown: JsValue) -> Self {
        Self(SendWrapper::new(thrown))
    }

    /// What was thrown.
    pub fn thrown(&self) -> &JsValue {
        &self.0
    }
}

impl From<JsValue> for JsError {
    fn from(thrown: JsValue) -> Self {
        Self::new(thrown)
    }
}

impl fmt::Display for JsError {
    /// The message of an error, or the thrown value as text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thrown = self.thrown();
        let message = Reflect::get(thrown, &"message".into()).ok().and_then(|message| message.as_string());
        match message.or_else(|| thrown.as_string()) {
            Some(message) => f.write_str(&message),
            None => write!(f, "{thrown:?}"),
        }
    }
}

impl fmt::Debug for JsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for JsError {}

use std::cell::RefCell;
use std::fmt;

use js_sys::{JsString, Reflect};
use wasm_bindgen::prelude::*;

thread_local! {
    /// What was thrown and is still the cause of an error, each at a place of its own. Errors of the core are `Send`,
    /// and values of JavaScript are not; a place is.
    static THROWN: RefCell<Vec<Option<JsValue>>> = const { RefCell::new(Vec::new()) };
}

#[wasm_bindgen]
extern "C" {
    /// Any value as text. It throws for an object that has none.
    #[wasm_bindgen(js_name = String, catch)]
    fn text_of(value: &JsValue) -> Result<JsString, JsValue>;
}

/// Whatever JavaScript threw, as the cause of an error of the core.
pub struct JsError {
    place: usize,
}

impl JsError {
    /// Keeps what was thrown.
    pub fn new(thrown: JsValue) -> Self {
        THROWN.with_borrow_mut(|kept| {
            let free = kept.iter().position(Option::is_none);
            let place = free.unwrap_or(kept.len());
            match kept.get_mut(place) {
                Some(slot) => *slot = Some(thrown),
                None => kept.push(Some(thrown)),
            }
            Self { place }
        })
    }

    /// What was thrown.
    pub fn thrown(&self) -> JsValue {
        THROWN.with_borrow(|kept| kept.get(self.place).cloned().flatten()).unwrap_or_default()
    }
}

impl Drop for JsError {
    fn drop(&mut self) {
        THROWN.with_borrow_mut(|kept| {
            if let Some(slot) = kept.get_mut(self.place) {
                *slot = None;
            }
        });
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
        let message = Reflect::get(&thrown, &"message".into()).ok().and_then(|message| message.as_string());
        let text = || text_of(&thrown).map_or_else(|_| "an object".to_owned(), String::from);
        f.write_str(&message.unwrap_or_else(text))
    }
}

impl fmt::Debug for JsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for JsError {}

/// Why the core refuses what JavaScript gave. A text as an error would bring along how Rust shows texts to its
/// programmers, which weighs more than all messages together.
pub(crate) struct Refusal(pub(crate) String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Refusal {}

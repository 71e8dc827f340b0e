use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;

use js_sys::JsString;
use onefold::{JsonError, Payload};
use wasm_bindgen::prelude::*;

use crate::error::JsError;
use crate::upcast::EditFunction;

#[wasm_bindgen(module = "/modules/json.js")]
extern "C" {
    /// A value that was checked, copied and measured by `take` of `modules/json.js`.
    pub type Taken;
    #[wasm_bindgen(method, getter)]
    fn value(this: &Taken) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn bytes(this: &Taken) -> f64;
    #[wasm_bindgen(method, getter)]
    fn nesting(this: &Taken) -> u32;

    type NotJson;
    #[wasm_bindgen(method, getter)]
    fn path(this: &NotJson) -> String;
    #[wasm_bindgen(method, getter)]
    fn reason(this: &NotJson) -> String;

    #[wasm_bindgen(catch)]
    fn take(value: &JsValue) -> Result<Taken, JsValue>;
    #[wasm_bindgen(catch, js_name = takeWhole)]
    fn take_whole(value: &JsValue) -> Result<Taken, JsValue>;
    fn thawed(value: &JsValue) -> JsValue;
    fn same(one: &JsValue, other: &JsValue) -> bool;
    fn joined(over: &JsValue, under: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = isObject)]
    fn is_object(value: &JsValue) -> bool;
    #[wasm_bindgen(js_name = toText)]
    fn to_text(value: &JsValue) -> JsString;
}

/// A JSON value that stays in JavaScript: a handle that is cheap to clone.
///
/// What users gave is taken by [`take`](Self::take), which copies and freezes it. What a store hands back was
/// checked before: [`from_checked`](Self::from_checked).
#[derive(Clone)]
pub struct JsPayload(Rc<Inner>);

struct Inner {
    value: JsValue,
    /// Length and nesting; measured when they are first asked for, unless it was done on the way in.
    measure: OnceCell<Measure>,
}

#[derive(Clone, Copy, Default)]
struct Measure {
    bytes: usize,
    nesting: usize,
}

impl JsPayload {
    /// Copies, checks, freezes and measures a value in one walk.
    ///
    /// # Errors
    /// What JSON cannot hold, with the path to it: [`NotTaken::NotJson`]; whatever a getter of the value threw.
    pub fn take(value: &JsValue) -> Result<Self, NotTaken> {
        Ok(Self::from_taken(&take_whole(value).map_err(NotTaken::from)?))
    }

    /// Takes what was checked on the JavaScript side.
    pub fn from_taken(taken: &Taken) -> Self {
        Self::from_measured(taken.value(), taken.bytes(), taken.nesting())
    }

    /// Takes a value that was checked and measured on the JavaScript side, and that nobody changes.
    pub fn from_measured(value: JsValue, bytes: f64, nesting: u32) -> Self {
        let measure = OnceCell::from(Measure::new(bytes, nesting));
        Self(Rc::new(Inner { value, measure }))
    }

    /// Takes a JSON value that was checked before, and that nobody changes.
    pub fn from_checked(value: JsValue) -> Self {
        Self(Rc::new(Inner { value, measure: OnceCell::new() }))
    }

    /// The value.
    pub fn value(&self) -> &JsValue {
        &self.0.value
    }

    /// A copy of the value that its holder may change.
    pub fn thawed(&self) -> JsValue {
        thawed(self.value())
    }

    /// The value as JSON text that every language reads as the same value. The text stays in JavaScript.
    pub fn to_text(&self) -> JsString {
        to_text(self.value())
    }

    fn measure(&self) -> Measure {
        *self.0.measure.get_or_init(|| {
            // It was checked before: a value that is none counts as empty, and is no worse for it.
            take(self.value())
                .map_or(Measure::default(), |taken| Measure::new(taken.bytes(), taken.nesting()))
        })
    }
}

impl Measure {
    fn new(bytes: f64, nesting: u32) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of bytes; a float that does not fit saturates"
        )]
        let bytes = bytes as usize;
        Self { bytes, nesting: nesting as usize }
    }
}

impl Payload for JsPayload {
    type Edit = EditFunction;

    fn byte_len(&self) -> usize {
        self.measure().bytes
    }

    fn nesting(&self) -> usize {
        self.measure().nesting
    }

    fn is_object(&self) -> bool {
        is_object(self.value())
    }

    fn is_same_value(&self, other: &Self) -> bool {
        same(self.value(), other.value())
    }

    fn members_over(&self, under: &Self) -> Self {
        Self::from_checked(joined(self.value(), under.value()))
    }

    fn edited(&self, edit: &EditFunction) -> Result<Self, String> {
        edit.call(self.value()).map(Self::from_checked).map_err(|thrown| JsError::new(thrown).to_string())
    }
}

impl fmt::Debug for JsPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from(self.to_text()))
    }
}

impl PartialEq for JsPayload {
    fn eq(&self, other: &Self) -> bool {
        self.is_same_value(other)
    }
}

/// Why a value was not taken.
#[derive(Debug)]
pub enum NotTaken {
    /// It is not JSON.
    NotJson(JsonError),
    /// Reading it threw, as a getter or a proxy may.
    Threw(JsValue),
}

impl From<JsValue> for NotTaken {
    fn from(thrown: JsValue) -> Self {
        match thrown.dyn_into::<NotJson>() {
            Ok(fault) => Self::NotJson(JsonError::new(fault.path(), fault.reason())),
            Err(thrown) => Self::Threw(thrown),
        }
    }
}

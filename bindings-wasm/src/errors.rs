//! The core's errors as the classes of `ts/errors`, which TypeScript defines.

use std::cell::RefCell;
use std::error::Error;

use js_sys::{Array, Function, Object, Reflect};
use onefold::{
    AppendError, ClosedError, ConflictError, CursorError, DuplicateEventError, ExecuteError, ExpectedVersion,
    InvalidArgumentError, InvalidEventError, LimitExceededError, LoadError, OpenError, ReadError, StoreError,
    TerminatedError, UnknownEventError, UpcastError,
};
use onefold_js::JsError;
use onefold_js::records::number;
use wasm_bindgen::prelude::*;

thread_local! {
    /// Makes an error of a code and its attributes.
    static FACTORY: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Names the function that makes errors: `(code, attributes) => Error`. It is called once, when the module is loaded.
#[wasm_bindgen(js_name = setErrorFactory)]
pub fn set_error_factory(factory: Function) {
    FACTORY.set(Some(factory));
}

/// What comes out of the core as a JavaScript error.
pub(crate) trait ToJsError {
    fn to_js_error(self) -> JsValue;
}

impl ToJsError for AppendError {
    fn to_js_error(self) -> JsValue {
        match self {
            Self::Conflict(error) => error.to_js_error(),
            Self::DuplicateEvent(error) => error.to_js_error(),
            Self::InvalidEvent(error) => error.to_js_error(),
            Self::InvalidArgument(error) => error.to_js_error(),
            Self::LimitExceeded(error) => error.to_js_error(),
            Self::UnknownEvent(error) => error.to_js_error(),
            Self::Closed(error) => error.to_js_error(),
            Self::Enricher(source) => thrown(source.as_ref()).unwrap_or_else(|| plain(&source)),
            Self::Store(error) => error.to_js_error(),
            other => plain(&other),
        }
    }
}

impl ToJsError for ReadError {
    fn to_js_error(self) -> JsValue {
        match self {
            Self::InvalidArgument(error) => error.to_js_error(),
            Self::LimitExceeded(error) => error.to_js_error(),
            Self::Cursor(error) => error.to_js_error(),
            Self::Upcast(error) => error.to_js_error(),
            Self::UnknownEvent(error) => error.to_js_error(),
            Self::Closed(error) => error.to_js_error(),
            Self::Store(error) => error.to_js_error(),
            other => plain(&other),
        }
    }
}

impl ToJsError for LoadError<JsValue> {
    fn to_js_error(self) -> JsValue {
        match self {
            Self::InvalidArgument(error) => error.to_js_error(),
            Self::Read(error) => error.to_js_error(),
            Self::Decider(thrown) => thrown,
            _ => made("onefold", "the state could not be loaded", &[]),
        }
    }
}

impl ToJsError for ExecuteError<JsValue> {
    fn to_js_error(self) -> JsValue {
        match self {
            Self::InvalidArgument(error) => error.to_js_error(),
            Self::Terminated(error) => error.to_js_error(),
            Self::Read(error) => error.to_js_error(),
            Self::Append(error) => error.to_js_error(),
            Self::Decider(thrown) => thrown,
            _ => made("onefold", "the command could not be executed", &[]),
        }
    }
}

impl ToJsError for OpenError {
    fn to_js_error(self) -> JsValue {
        match self {
            Self::InvalidArgument(error) => error.to_js_error(),
            Self::Store(error) => error.to_js_error(),
            other => plain(&other),
        }
    }
}

impl ToJsError for ConflictError {
    fn to_js_error(self) -> JsValue {
        let attributes = [
            ("streamId", self.stream_id.as_str().into()),
            ("expected", expected_to_js(self.expected)),
            ("actual", number(self.actual.get()).into()),
        ];
        made(Self::CODE, &self.to_string(), &attributes)
    }
}

impl ToJsError for DuplicateEventError {
    fn to_js_error(self) -> JsValue {
        let ids: Array = self.ids.iter().map(|id| JsValue::from(id.to_string())).collect();
        made(Self::CODE, &self.to_string(), &[("ids", ids.into())])
    }
}

impl ToJsError for InvalidEventError {
    fn to_js_error(self) -> JsValue {
        // The paths that the core makes have names of ours alone; those into data are made in TypeScript.
        let path = camel_case(&self.path);
        let index = JsValue::from(number(self.index as u64));
        let attributes = [("path", path.into()), ("index", index), ("reason", self.reason.as_str().into())];
        made(Self::CODE, "", &attributes)
    }
}

impl ToJsError for InvalidArgumentError {
    fn to_js_error(self) -> JsValue {
        let argument = camel_case(&self.argument);
        made(Self::CODE, "", &[("argument", argument.into()), ("reason", self.reason.as_str().into())])
    }
}

impl ToJsError for LimitExceededError {
    fn to_js_error(self) -> JsValue {
        let Self { field, limit, actual, unit } = self;
        let field = camel_case(field);
        let message = format!(
            "`{field}` has {actual} {unit}, the limit is {limit}; send less or raise the limit when the store is opened"
        );
        let limit = JsValue::from(number(limit as u64));
        made(Self::CODE, &message, &[("field", field.into()), ("limit", limit)])
    }
}

impl ToJsError for UpcastError {
    fn to_js_error(self) -> JsValue {
        let cause = self.source.as_deref().and_then(|source| thrown(source)).unwrap_or_default();
        let attributes = [
            ("type", self.event_type.as_str().into()),
            ("schemaVersion", self.schema_version.into()),
            ("cause", cause),
        ];
        made(Self::CODE, &self.to_string(), &attributes)
    }
}

impl ToJsError for UnknownEventError {
    fn to_js_error(self) -> JsValue {
        made(Self::CODE, "", &[("type", self.event_type.as_str().into())])
    }
}

impl ToJsError for CursorError {
    fn to_js_error(self) -> JsValue {
        made(Self::CODE, &self.to_string(), &[("cursor", self.cursor.as_str().into())])
    }
}

impl ToJsError for TerminatedError {
    fn to_js_error(self) -> JsValue {
        let version = number(self.version.get()).into();
        made(
            Self::CODE,
            &self.to_string(),
            &[("streamId", self.stream_id.as_str().into()), ("version", version)],
        )
    }
}

impl ToJsError for ClosedError {
    fn to_js_error(self) -> JsValue {
        made(Self::CODE, &self.to_string(), &[])
    }
}

impl ToJsError for StoreError {
    fn to_js_error(self) -> JsValue {
        let cause = Error::source(&self).and_then(thrown).unwrap_or_default();
        made(self.code(), &self.to_string(), &[("cause", cause)])
    }
}

/// An expected version as TypeScript has it.
pub(crate) fn expected_to_js(expected: ExpectedVersion) -> JsValue {
    match expected {
        ExpectedVersion::Any => "any".into(),
        ExpectedVersion::NoStream => "no_stream".into(),
        ExpectedVersion::StreamExists => "stream_exists".into(),
        ExpectedVersion::Exact(version) => number(version.get()).into(),
    }
}

pub(crate) fn set(object: &JsValue, member: &str, value: &JsValue) {
    // The objects are new and ours: they take any member.
    let _ = Reflect::set(object, &member.into(), value);
}

/// An error of this code; TypeScript words the message where it is empty.
pub(crate) fn made(code: &str, message: &str, attributes: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    if !message.is_empty() {
        set(&object, "message", &message.into());
    }
    for (name, value) in attributes {
        set(&object, name, value);
    }
    let factory = FACTORY.with_borrow(Clone::clone);
    match factory.map(|factory| factory.call2(&JsValue::UNDEFINED, &code.into(), &object)) {
        Some(Ok(error) | Err(error)) => error,
        None => js_sys::Error::new(&format!("{code}: {message}")).into(),
    }
}

fn plain(error: &impl ToString) -> JsValue {
    made("onefold", &error.to_string(), &[])
}

/// What JavaScript threw, where an error of the core is that.
fn thrown(error: &(dyn Error + 'static)) -> Option<JsValue> {
    error.downcast_ref::<JsError>().map(JsError::thrown)
}

/// A name of ours as TypeScript has it: `stream_id` is `streamId` there.
fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut upper = false;
    for letter in name.chars() {
        match letter {
            '_' => upper = true,
            letter if upper => {
                upper = false;
                camel.push(letter.to_ascii_uppercase());
            }
            letter => camel.push(letter),
        }
    }
    camel
}

//! The registry under `ts/upcast/registry.ts`, which collects what it is built of.

mod fault;

use std::sync::Arc;

use js_sys::{Array, Function};
use onefold::{EventType, InvalidArgumentError, RegistryBuilder, RegistryError, SplitPart, Step, Unknown};
use onefold_js::{EditFunction, JsPayload, StepFunction};
use wasm_bindgen::prelude::*;

use crate::errors::ToJsError;

/// Collects types, aliases and steps, and builds the frozen registry of them.
#[wasm_bindgen]
pub struct Builder {
    inner: RegistryBuilder<JsPayload>,
}

/// A frozen registry.
#[wasm_bindgen]
pub struct Registry {
    inner: Arc<onefold::Registry<JsPayload>>,
}

#[wasm_bindgen]
extern "C" {
    /// One event of a declared split.
    type Part;
    #[wasm_bindgen(method, getter, js_name = type)]
    fn event_type(this: &Part) -> String;
    #[wasm_bindgen(method, getter)]
    fn version(this: &Part) -> Option<u32>;
    #[wasm_bindgen(method, getter)]
    fn edit(this: &Part) -> Function;
}

#[wasm_bindgen]
impl Builder {
    /// `unknown` is `error`, `skip` or `pass`.
    #[wasm_bindgen(constructor)]
    pub fn new(unknown: &str) -> Self {
        let unknown = match unknown {
            "skip" => Unknown::Skip,
            "pass" => Unknown::Pass,
            _ => Unknown::Error,
        };
        Self { inner: RegistryBuilder::new().unknown(unknown) }
    }

    #[wasm_bindgen(js_name = eventType)]
    pub fn event_type(&mut self, name: &str, version: u32) {
        self.declare(|builder| builder.event_type(name, version));
    }

    pub fn alias(&mut self, event_type: &str, alias: &str) {
        self.declare(|builder| builder.alias(event_type, alias));
    }

    /// A declared step, as a function of the data.
    pub fn edit(&mut self, event_type: &str, from: u32, edit: Function) {
        self.step(event_type, from, Ok(Step::Edit(EditFunction::new(edit))));
    }

    /// A custom step.
    pub fn custom(&mut self, event_type: &str, from: u32, step: Function) {
        self.step(event_type, from, Ok(Step::Custom(Arc::new(StepFunction::new(step)))));
    }

    /// A declared split into `{type, version, edit}` each.
    pub fn split(&mut self, event_type: &str, from: u32, parts: &Array) {
        let parts = parts.iter().map(|part| split_part(part.unchecked_ref::<Part>()));
        self.step(event_type, from, parts.collect::<Result<_, _>>().map(Step::Split));
    }

    /// A declared step that cannot be one.
    #[wasm_bindgen(js_name = invalidStep)]
    pub fn invalid_step(&mut self, event_type: &str, from: u32, argument: String, reason: &str) {
        self.step(event_type, from, Err(InvalidArgumentError::new(argument, reason)));
    }

    pub fn build(self) -> Result<Registry, JsValue> {
        let inner = Arc::new(self.inner.build().map_err(RegistryError::to_js_error)?);
        Ok(Registry { inner })
    }
}

impl Builder {
    fn declare(&mut self, declare: impl FnOnce(RegistryBuilder<JsPayload>) -> RegistryBuilder<JsPayload>) {
        self.inner = declare(std::mem::take(&mut self.inner));
    }

    fn step(&mut self, event_type: &str, from: u32, step: Result<Step<JsPayload>, InvalidArgumentError>) {
        self.declare(|builder| match step {
            Ok(step) => builder.upcast(event_type, from, step),
            Err(error) => builder.invalid_step(event_type, from, &error),
        });
    }
}

impl Registry {
    pub(crate) fn inner(&self) -> Arc<onefold::Registry<JsPayload>> {
        self.inner.clone()
    }
}

fn split_part(part: &Part) -> Result<SplitPart<EditFunction>, InvalidArgumentError> {
    Ok(SplitPart {
        event_type: EventType::new(part.event_type())?,
        schema_version: part.version(),
        edit: EditFunction::new(part.edit()),
    })
}

use std::any::Any;
use std::error::Error;
use std::sync::Arc;

use js_sys::{Array, Function};
use onefold::{
    EventType, Plan, Product, ReadError, Registry, Seen, Step, StoreError, StoreErrorKind, Upcast,
};
use wasm_bindgen::prelude::*;

use crate::error::{JsError, Refusal};
use crate::payload::NotTaken;
use crate::records::{Record, from_record, to_records};
use crate::{JsPage, JsPayload};

#[wasm_bindgen(module = "/modules/upcast.js")]
extern "C" {
    type JsSeen;
    #[wasm_bindgen(method, getter)]
    fn records(this: &JsSeen) -> Array;
    #[wasm_bindgen(method, getter)]
    fn counted(this: &JsSeen) -> u32;

    fn keep() -> JsValue;
    fn drop() -> JsValue;
    fn each() -> JsValue;
    fn chain(event_type: &str, schema_version: u32, steps: &Array) -> JsValue;
    #[wasm_bindgen(js_name = noPlans)]
    fn no_plans() -> JsValue;
    fn upcast(
        records: &Array,
        limit: f64,
        plans: &JsValue,
        plan_of: &mut dyn FnMut(String, u32) -> JsValue,
        upcast_one: &mut dyn FnMut(Record) -> JsValue,
    ) -> Option<JsSeen>;
}

/// A registry whose steps run in JavaScript: it is asked once for each type and schema version, and for every event
/// that splits or fails.
pub struct JsUpcaster {
    registry: Arc<Registry<JsPayload>>,
    /// What it answered.
    plans: JsValue,
}

impl JsUpcaster {
    pub(crate) fn new(registry: Arc<Registry<JsPayload>>) -> Self {
        Self { registry, plans: no_plans() }
    }

    pub(crate) fn upcast(&self, records: &Array, limit: Option<usize>) -> Result<Seen<JsPage>, ReadError> {
        let mut failed = None;
        let seen = upcast(
            records,
            limit.map_or(f64::INFINITY, |limit| crate::records::number(limit as u64)),
            &self.plans,
            &mut |event_type, schema_version| self.plan(&event_type, schema_version),
            &mut |record| match self.upcast_one(&record) {
                Ok(products) => products.into(),
                Err(error) => {
                    failed = Some(error);
                    JsValue::UNDEFINED
                }
            },
        );
        match (seen, failed) {
            (Some(seen), None) => {
                Ok(Seen { page: JsPage::new(seen.records()), counted: seen.counted() as usize })
            }
            (_, Some(error)) => Err(error),
            (None, None) => Err(StoreError::new(StoreErrorKind::Failed, "upcasting gave nothing").into()),
        }
    }

    fn plan(&self, event_type: &str, schema_version: u32) -> JsValue {
        match self.registry.plan(event_type, schema_version) {
            Plan::Keep => keep(),
            Plan::Drop => drop(),
            Plan::Each => each(),
            Plan::Chain { event_type, schema_version, steps } => {
                match steps.into_iter().map(function).collect::<Option<Array>>() {
                    Some(functions) => chain(event_type.as_str(), schema_version, &functions),
                    None => each(),
                }
            }
        }
    }

    fn upcast_one(&self, record: &Record) -> Result<Array, ReadError> {
        let mut products = Vec::new();
        self.registry.upcast(from_record(record)?, &mut products)?;
        Ok(to_records(&products))
    }
}

/// The JavaScript function that a step is, where it is one.
fn function(step: &Step<JsPayload>) -> Option<Function> {
    match step {
        Step::Edit(edit) => Some(edit.0.clone()),
        Step::Custom(custom) => Some(custom.as_any()?.downcast_ref::<StepFunction>()?.0.clone()),
        Step::Split(_) => None,
    }
}

/// A declared step as `compile` of `modules/edit.js` makes it: a function of the data.
#[derive(Clone)]
pub struct EditFunction(Function);

impl EditFunction {
    /// The step that this function is.
    pub const fn new(function: Function) -> Self {
        Self(function)
    }

    pub(crate) fn call(&self, data: &JsValue) -> Result<JsValue, JsValue> {
        self.0.call1(&JsValue::UNDEFINED, data)
    }
}

/// A custom step that is a JavaScript function of the data: it returns the new data, or an array of
/// `{type, data, schemaVersion?}` in its place.
pub struct StepFunction(Function);

impl StepFunction {
    /// The step that this function is.
    pub const fn new(function: Function) -> Self {
        Self(function)
    }
}

#[wasm_bindgen]
extern "C" {
    type SplitPart;
    #[wasm_bindgen(method, getter, js_name = type)]
    fn event_type(this: &SplitPart) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn data(this: &SplitPart) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = schemaVersion)]
    fn schema_version(this: &SplitPart) -> JsValue;
}

impl Upcast<JsPayload> for StepFunction {
    fn upcast(&self, data: JsPayload) -> Result<Product<JsPayload>, Box<dyn Error + Send + Sync>> {
        let made = self.0.call1(&JsValue::UNDEFINED, data.value()).map_err(JsError::new)?;
        if Array::is_array(&made) {
            let parts = Array::from(&made);
            return Ok(Product::Split(parts.iter().map(|part| split_part(&part)).collect::<Result<_, _>>()?));
        }
        if made.is_undefined() || made.is_null() {
            return Err(refused("it returned nothing; return the data, or [] to drop the event"));
        }
        Ok(Product::Data(taken(&made)?))
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

fn split_part(part: &JsValue) -> Result<(EventType, JsPayload, Option<u32>), Box<dyn Error + Send + Sync>> {
    let misshapen =
        || refused("an array is a split: each element is { type, data } or { type, data, schemaVersion }");
    if !part.is_object() {
        return Err(misshapen());
    }
    let part = part.unchecked_ref::<SplitPart>();
    let name = part.event_type().as_string().ok_or_else(misshapen)?;
    let event_type = EventType::new(name).map_err(|error| refused(error.to_string()))?;
    let version = part.schema_version();
    let version = if version.is_undefined() {
        None
    } else {
        let version =
            version.as_f64().filter(|version| version.fract() == 0.0 && (1.0..=1e9).contains(version));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is a whole number from 1"
        )]
        Some(version.ok_or_else(|| refused("a schemaVersion is a whole number from 1"))? as u32)
    };
    Ok((event_type, taken(&part.data())?, version))
}

fn taken(data: &JsValue) -> Result<JsPayload, Box<dyn Error + Send + Sync>> {
    JsPayload::take(data).map_err(|fault| match fault {
        NotTaken::NotJson(fault) => refused(format!("data{}: {}", fault.path, fault.reason)),
        NotTaken::Threw(thrown) => JsError::new(thrown).into(),
    })
}

fn refused(reason: impl Into<String>) -> Box<dyn Error + Send + Sync> {
    Refusal(reason.into()).into()
}

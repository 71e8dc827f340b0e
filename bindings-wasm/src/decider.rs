use std::rc::Rc;

use js_sys::Array;
use onefold::{Aggregate, InvalidEventError, NewEvent};
use onefold_js::{JsError, JsPage, JsPayload, Taken};
use wasm_bindgen::prelude::*;

use crate::draft;
use crate::errors::ToJsError;

#[wasm_bindgen]
extern "C" {
    /// A decider as `ts/decider/adapter.ts` runs it: it checks what the user's functions give.
    pub type Adapter;
    #[wasm_bindgen(method, catch)]
    fn initial(this: &Adapter) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn fold(this: &Adapter, state: &JsValue, records: &Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn decide(this: &Adapter, command: &JsValue, state: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = isTerminal)]
    fn is_terminal(this: &Adapter, state: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(method, catch, js_name = encodeState)]
    fn encode_state(this: &Adapter, state: &JsValue) -> Result<Taken, JsValue>;
    #[wasm_bindgen(method, catch, js_name = decodeState)]
    fn decode_state(this: &Adapter, state: &JsValue) -> Result<JsValue, JsValue>;
}

/// What does not change of a decider: it crosses once.
#[wasm_bindgen]
pub struct Decider(Rc<Traits>);

struct Traits {
    category: String,
    name: String,
    state_version: u32,
    identity: f64,
    can_end: bool,
}

#[wasm_bindgen]
impl Decider {
    /// `can_end` says whether it has an `isTerminal`.
    #[wasm_bindgen(constructor)]
    pub fn new(category: String, name: String, state_version: u32, identity: f64, can_end: bool) -> Self {
        Self(Rc::new(Traits { category, name, state_version, identity, can_end }))
    }

    /// With the functions of the same decider.
    pub(crate) fn over(&self, adapter: Adapter) -> JsDecider {
        JsDecider { traits: self.0.clone(), adapter }
    }
}

/// A decider that is a JavaScript object.
pub(crate) struct JsDecider {
    traits: Rc<Traits>,
    adapter: Adapter,
}

impl Aggregate<JsPage> for JsDecider {
    type Command = JsValue;
    type State = JsValue;
    type Error = JsValue;

    fn category(&self) -> &str {
        &self.traits.category
    }

    fn name(&self) -> &str {
        &self.traits.name
    }

    fn state_version(&self) -> u32 {
        self.traits.state_version
    }

    fn identity(&self) -> u64 {
        self.traits.identity.to_bits()
    }

    fn initial(&self) -> Result<JsValue, JsValue> {
        self.adapter.initial()
    }

    fn fold(&self, state: JsValue, events: JsPage) -> Result<JsValue, JsValue> {
        self.adapter.fold(&state, events.records())
    }

    fn decide(&self, command: &JsValue, state: &JsValue) -> Result<Vec<NewEvent<JsPayload>>, JsValue> {
        self.adapter.decide(command, state)?;
        draft::given_events().map_err(InvalidEventError::to_js_error)
    }

    fn is_terminal(&self, state: &JsValue) -> Result<bool, JsValue> {
        if self.traits.can_end { self.adapter.is_terminal(state) } else { Ok(false) }
    }

    fn encode_state(&self, state: &JsValue) -> Result<JsPayload, String> {
        let taken = self.adapter.encode_state(state).map_err(|thrown| JsError::new(thrown).to_string())?;
        Ok(JsPayload::from_taken(&taken))
    }

    fn decode_state(&self, state: &JsPayload) -> Result<JsValue, String> {
        self.adapter.decode_state(&state.thawed()).map_err(|thrown| JsError::new(thrown).to_string())
    }
}

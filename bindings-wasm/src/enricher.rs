use std::error::Error;

use onefold::{Enricher, Envelope, Metadata};
use onefold_js::{JsError, JsPayload};
use wasm_bindgen::prelude::*;

use crate::draft::{self, DraftMetadata, envelope_to_js};

#[wasm_bindgen]
extern "C" {
    /// An enricher as `ts/store/enricher.ts` runs it: `(event) => DraftMetadata`.
    pub(crate) type Enrich;
    #[wasm_bindgen(method, catch, js_name = enrich)]
    fn enrich(this: &Enrich, event: &JsValue) -> Result<DraftMetadata, JsValue>;
}

/// An enricher that is a JavaScript function.
pub(crate) struct JsEnricher(pub(crate) Enrich);

impl Enricher<JsPayload> for JsEnricher {
    fn enrich(
        &self,
        event: &Envelope<JsPayload>,
    ) -> Result<Metadata<JsPayload>, Box<dyn Error + Send + Sync>> {
        let made = self.0.enrich(&envelope_to_js(event)).map_err(JsError::new)?;
        Ok(draft::metadata(&made))
    }
}

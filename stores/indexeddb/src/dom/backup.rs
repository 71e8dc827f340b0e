use js_sys::Array;
use onefold_js::records::Record;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/js/backup.js")]
extern "C" {
    /// The first line of a backup.
    pub(crate) fn header(epoch: &str, head: f64) -> String;

    /// A line for each record.
    #[wasm_bindgen(js_name = eventLines)]
    pub(crate) fn event_lines(records: &Array) -> String;

    /// The last line of a backup.
    pub(crate) fn footer(events: f64) -> String;

    /// What a line of a backup holds.
    pub(crate) type Line;

    #[wasm_bindgen(constructor)]
    pub(crate) fn new(text: &str) -> Line;

    #[wasm_bindgen(method, getter, js_name = isHeader)]
    pub(crate) fn is_header(this: &Line) -> Option<bool>;

    /// How many events the last line counts.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn events(this: &Line) -> Option<f64>;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn record(this: &Line) -> Option<Record>;

    /// A path and what is wrong there.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn fault(this: &Line) -> Option<Array>;
}

use std::cell::RefCell;
use std::time::Duration;

use onefold::{Host, Sleep, Timestamp};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/modules/host.js")]
extern "C" {
    #[wasm_bindgen(js_name = fillRandom)]
    fn fill_random(buffer: &mut [u8]);
    fn sleep(milliseconds: f64) -> js_sys::Promise;
    fn warn(message: &str);
}

/// How many random bytes are fetched at a time: each fetch costs as much as some appends.
const POOL: usize = 4096;

/// The world as JavaScript has it: `Date.now`, `crypto.getRandomValues`, `setTimeout` and `console.warn`.
#[derive(Debug)]
pub struct JsHost {
    /// Random bytes that nobody has used yet.
    pool: RefCell<Vec<u8>>,
}

impl JsHost {
    /// The host of this JavaScript engine.
    pub const fn new() -> Self {
        Self { pool: RefCell::new(Vec::new()) }
    }
}

impl Default for JsHost {
    fn default() -> Self {
        Self::new()
    }
}

impl Host for JsHost {
    fn now(&self) -> Timestamp {
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are far below 2^53")]
        let millis = js_sys::Date::now() as i64;
        Timestamp::from_micros(millis.saturating_mul(1000))
    }

    fn fill_random(&self, buffer: &mut [u8]) {
        let mut pool = self.pool.borrow_mut();
        if pool.len() < buffer.len() {
            pool.resize(POOL.max(buffer.len()), 0);
            fill_random(&mut pool);
        }
        let rest = pool.len().saturating_sub(buffer.len());
        for (byte, random) in buffer.iter_mut().zip(pool.drain(rest..)) {
            *byte = random;
        }
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let timer = sleep(duration.as_secs_f64() * 1000.0);
        Sleep::new(async move {
            // The timer's promise is never rejected.
            let _ = JsFuture::from(timer).await;
        })
    }

    fn warn(&self, message: &str) {
        warn(message);
    }
}

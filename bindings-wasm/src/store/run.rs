use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::store::results;

/// Runs a future as far as it comes at once. What is ready then, as everything of a store in memory, costs no promise,
/// and a failure is a value that TypeScript throws: every result of a function that may throw here costs more to fetch.
pub(super) fn run(future: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> JsValue {
    start(Box::pin(future))
}

/// The same for all futures: a promise of each kind of them would be thousands of bytes more.
fn start(mut future: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>) -> JsValue {
    // Nobody is woken by this first look: the promise looks again right away.
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome.unwrap_or_else(|error| results::failure(&error)),
        Poll::Pending => future_to_promise(future).into(),
    }
}

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

/// Runs a future as far as it comes at once. What is ready then, as everything of a store in memory, costs no promise.
pub(super) fn run(
    future: impl Future<Output = Result<JsValue, JsValue>> + 'static,
) -> Result<JsValue, JsValue> {
    start(Box::pin(future))
}

/// The same for all futures: a promise of each kind of them would be thousands of bytes more.
fn start(mut future: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>) -> Result<JsValue, JsValue> {
    // Nobody is woken by this first look: the promise looks again right away.
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => Ok(future_to_promise(future).into()),
    }
}

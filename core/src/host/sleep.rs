use std::pin::Pin;
use std::task::{Context, Poll};

#[cfg(not(target_family = "wasm"))]
type Inner = Pin<Box<dyn Future<Output = ()> + Send>>;
#[cfg(target_family = "wasm")]
type Inner = Pin<Box<dyn Future<Output = ()>>>;

/// A pause that is over when the future is ready. `Send` where there are threads.
pub struct Sleep(Inner);

impl Sleep {
    /// Wraps the timer of a runtime.
    #[cfg(not(target_family = "wasm"))]
    pub fn new(timer: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Box::pin(timer))
    }

    /// Wraps the timer of a runtime.
    #[cfg(target_family = "wasm")]
    pub fn new(timer: impl Future<Output = ()> + 'static) -> Self {
        Self(Box::pin(timer))
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.0.as_mut().poll(context)
    }
}

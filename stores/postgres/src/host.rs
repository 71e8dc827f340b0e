use std::time::Duration;

use onefold::{Host, Sleep, SystemHost, Timestamp};

/// The operating system's clock and randomness, and pauses that leave the thread to tokio's other tasks.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioHost;

impl Host for TokioHost {
    fn now(&self) -> Timestamp {
        SystemHost.now()
    }

    fn fill_random(&self, buffer: &mut [u8]) {
        SystemHost.fill_random(buffer);
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        // The timer is made when it is first polled: then a runtime is there.
        Sleep::new(async move { tokio::time::sleep(duration).await })
    }

    fn warn(&self, message: &str) {
        SystemHost.warn(message);
    }
}

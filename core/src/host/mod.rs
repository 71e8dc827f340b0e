//! What the core asks of the world around it: the time, random bytes, a pause, a place for warnings.

mod sleep;
#[cfg(feature = "system")]
mod system;

use std::time::Duration;

pub use sleep::Sleep;
#[cfg(feature = "system")]
pub use system::SystemHost;

use crate::envelope::Timestamp;
use crate::marker::{MaybeSend, MaybeSync};

/// The world around the core, which itself has no clock, no randomness and no runtime.
pub trait Host: MaybeSend + MaybeSync + 'static {
    /// The time.
    fn now(&self) -> Timestamp;

    /// Fills the buffer with bytes that nobody can guess.
    fn fill_random(&self, buffer: &mut [u8]);

    /// A pause, between two tries of a command.
    fn sleep(&self, duration: Duration) -> Sleep;

    /// A moment before a store writes what is queued: callers who were answered together may have more to append,
    /// which is then written together.
    fn gather(&self) -> Sleep {
        Sleep::new(async {})
    }

    /// Something went wrong that cost speed only, not correctness.
    fn warn(&self, message: &str);
}

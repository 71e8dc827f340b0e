use std::time::{Duration, SystemTime};

use crate::envelope::Timestamp;
use crate::host::{Host, Sleep};

/// The operating system: its clock, its randomness, and a pause that blocks the thread, as the embedded
/// stores do. Under an async runtime, give a [`Host`] that sleeps there.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemHost;

impl Host for SystemHost {
    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }

    fn fill_random(&self, buffer: &mut [u8]) {
        if let Err(error) = getrandom::fill(buffer) {
            // Ids stay unique by the time and the store's unique index; they are only easier to guess.
            log::warn!("onefold: the system has no randomness: {error}");
        }
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(async move { std::thread::sleep(duration) })
    }

    fn warn(&self, message: &str) {
        log::warn!("{message}");
    }
}

use std::time::Duration;

use crate::host::Host;

/// The longest pause before the first retry, in microseconds; it doubles with each.
const FIRST: u64 = 2_000;
/// The longest pause of all, in microseconds.
const LONGEST: u64 = 250_000;

/// How long to wait before a retry, counted from 0: anything up to a bound that doubles, so that competing
/// writers spread out ("full jitter", Marc Brooker, 2015).
pub(super) fn pause(retry: u32, host: &dyn Host) -> Duration {
    let bound = FIRST.saturating_mul(2u64.saturating_pow(retry)).min(LONGEST);
    let mut random = [0; 4];
    host.fill_random(&mut random);
    let share = u64::from(u32::from_le_bytes(random));
    Duration::from_micros(bound * share / u64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::SystemHost;

    #[test]
    fn pauses_stay_below_their_bound() {
        for retry in [0, 1, 5, 31, u32::MAX] {
            assert!(pause(retry, &SystemHost) <= Duration::from_micros(LONGEST));
        }
        assert!(pause(0, &SystemHost) <= Duration::from_micros(FIRST));
    }
}

use std::time::Duration;

use crate::host::Host;

/// The longest pause before the first retry; it doubles with each.
const FIRST: Duration = Duration::from_millis(2);
/// The longest pause of all.
const LONGEST: Duration = Duration::from_millis(250);

/// How long to wait before a retry, counted from 0: anything up to a bound that doubles, so that competing
/// writers spread out ("full jitter", Marc Brooker, 2015).
pub(super) fn pause(retry: u32, host: &dyn Host) -> Duration {
    let bound = FIRST.saturating_mul(2u32.saturating_pow(retry)).min(LONGEST);
    let mut random = [0; 4];
    host.fill_random(&mut random);
    bound.mul_f64(f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::SystemHost;

    #[test]
    fn pauses_stay_below_their_bound() {
        for retry in [0, 1, 5, 31, u32::MAX] {
            assert!(pause(retry, &SystemHost) <= LONGEST);
        }
        assert!(pause(0, &SystemHost) <= FIRST);
    }
}

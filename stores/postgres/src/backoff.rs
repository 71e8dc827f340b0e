use std::time::Duration;

use onefold::Host;

const FIRST: Duration = Duration::from_millis(20);
const LONGEST: Duration = Duration::from_secs(1);

/// Pauses between tries to reach a server that is away. Their bound doubles; each is between half of it and all of it
/// ("equal jitter", Marc Brooker, 2015), so that not all clients come back at the same moment.
pub(crate) struct Backoff {
    bound: Duration,
}

impl Backoff {
    pub(crate) const fn new() -> Self {
        Self { bound: FIRST }
    }

    /// The next pause.
    pub(crate) fn pause(&mut self, host: &dyn Host) -> Duration {
        let bound = self.bound;
        self.bound = (bound * 2).min(LONGEST);
        let mut random = [0; 4];
        host.fill_random(&mut random);
        bound.mul_f64(0.5 + 0.5 * f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::host::TokioHost;

    #[test]
    fn pauses_grow_to_their_bound_and_differ() {
        let mut longest = HashSet::new();
        for _ in 0..20 {
            let mut backoff = Backoff::new();
            let pauses: Vec<_> = (0..10).map(|_| backoff.pause(&TokioHost)).collect();
            assert!(pauses[0] >= FIRST / 2 && pauses[0] <= FIRST, "{pauses:?}");
            assert!(pauses[9] >= LONGEST / 2 && pauses[9] <= LONGEST, "{pauses:?}");
            longest.insert(pauses[9]);
        }
        assert!(longest.len() > 10, "{longest:?}");
    }
}

use std::time::Duration;

/// Each new group counts for so much of the averages.
const SHARE: u32 = 8;
const LEAST_PATIENCE: Duration = Duration::from_millis(20);

/// How long groups take of late, and on what.
///
/// Two groups at once halve what the server works on them, but where commits wait for the disk they may wait twice as
/// long: whichever comes to its flush a moment too late waits for the next one.
pub(super) enum Pace {
    /// Nothing waits for the disk.
    Unhindered,
    /// Nothing is known yet.
    Unknown,
    /// Averages of late.
    Known {
        /// What the server works on a request.
        work: Duration,
        /// What a group takes beside: the flush, and the way there and back.
        wait: Duration,
    },
}

impl Pace {
    /// Takes note of a group of so many requests: what the server worked on it, and how long it took altogether.
    pub(super) fn note(&mut self, requests: usize, worked: Duration, taken: Duration) {
        let latest_work = worked / count(requests.max(1));
        let latest_wait = taken.saturating_sub(worked);
        match self {
            Self::Unhindered => {}
            Self::Unknown => *self = Self::Known { work: latest_work, wait: latest_wait },
            Self::Known { work, wait } => {
                *work = drawn(*work, latest_work);
                *wait = drawn(*wait, latest_wait);
            }
        }
    }

    pub(super) fn waits_for_disk(&self) -> bool {
        !matches!(self, Self::Unhindered)
    }

    /// Whether so many requests are sooner written by two groups than by one.
    pub(super) fn favours_two(&self, requests: usize) -> bool {
        match self {
            Self::Unhindered | Self::Unknown => true,
            Self::Known { work, wait } => work.saturating_mul(count(requests)) > *wait,
        }
    }

    /// After how long a group of so many requests takes longer than groups do, if others may wait for it at all.
    pub(super) fn patience(&self, requests: usize) -> Option<Duration> {
        match self {
            Self::Unhindered => None,
            Self::Unknown => Some(LEAST_PATIENCE),
            Self::Known { work, wait } => {
                Some(LEAST_PATIENCE + (*wait + work.saturating_mul(count(requests))) * 4)
            }
        }
    }
}

fn drawn(average: Duration, latest: Duration) -> Duration {
    (average * (SHARE - 1) + latest) / SHARE
}

fn count(requests: usize) -> u32 {
    u32::try_from(requests).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: Duration = Duration::from_micros(20);

    fn of_a_flush(flush: Duration) -> Pace {
        let mut pace = Pace::Unknown;
        pace.note(16, WORK * 16, WORK * 16 + flush);
        pace
    }

    #[test]
    fn a_slow_disk_wants_few_requests_together() {
        let pace = of_a_flush(Duration::from_millis(1));
        assert!(!pace.favours_two(16));
        assert!(pace.favours_two(64));
    }

    #[test]
    fn beside_a_quick_one_two_groups_share_the_work() {
        let pace = of_a_flush(Duration::from_micros(60));
        assert!(!pace.favours_two(1));
        assert!(pace.favours_two(16));
    }

    #[test]
    fn it_follows_a_disk_that_becomes_slower() {
        let mut pace = of_a_flush(Duration::from_micros(60));
        for _ in 0..20 {
            pace.note(16, WORK * 16, WORK * 16 + Duration::from_millis(1));
        }
        assert!(!pace.favours_two(16));
    }

    #[test]
    fn where_nothing_waits_for_the_disk_there_are_always_two() {
        let mut pace = Pace::Unhindered;
        pace.note(1, WORK, Duration::from_millis(1));
        assert!(pace.favours_two(1));
    }

    #[test]
    fn a_slow_disk_is_given_longer() {
        let patience = |flush| of_a_flush(Duration::from_millis(flush)).patience(16).unwrap();
        assert!(patience(0) < Duration::from_millis(30));
        assert!(patience(100) > Duration::from_millis(200));
    }

    #[test]
    fn nothing_known_is_as_if_nothing_waited() {
        assert!(Pace::Unknown.favours_two(1));
    }
}

/// Each group counts for so much of the average.
const SHARE: f64 = 0.25;
/// Below this, waiting for them costs more than it brings.
const WORTH: f64 = 0.5;
/// How many groups in a row are not waited for, until it is tried again.
const MOST_SKIPPED: usize = 15;

/// How many of those who are answered have another append at once, which the next group may wait for.
///
/// Who appends one thing after the other does. Who loads a stream in between, to decide on it, is away for longer than
/// is worth waiting.
pub(super) struct Returns {
    /// The part of them that came back, of late.
    part: f64,
    skipped: usize,
}

impl Returns {
    pub(super) fn new() -> Self {
        Self { part: 1.0, skipped: 0 }
    }

    /// Whether the next group should wait for them.
    pub(super) fn are_worth_waiting(&mut self) -> bool {
        let is_worth = self.part >= WORTH || self.skipped >= MOST_SKIPPED;
        self.skipped = if is_worth { 0 } else { self.skipped + 1 };
        is_worth
    }

    /// Takes note of how many were answered, and how many appends came while they were waited for.
    pub(super) fn note(&mut self, answered: usize, came: usize) {
        if answered == 0 {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "there are not that many")]
        let part = came.min(answered) as f64 / answered as f64;
        self.part += SHARE * (part - self.part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_come_back_are_waited_for() {
        let mut returns = Returns::new();
        for _ in 0..100 {
            assert!(returns.are_worth_waiting());
            returns.note(16, 15);
        }
    }

    #[test]
    fn those_who_stay_away_are_not_but_now_and_then() {
        let mut returns = Returns::new();
        let mut waits = 0;
        for _ in 0..160 {
            if returns.are_worth_waiting() {
                waits += 1;
                returns.note(8, 1);
            }
        }
        assert!((10..=15).contains(&waits), "{waits} of 160");
    }

    #[test]
    fn who_comes_back_again_is_noticed() {
        let mut returns = Returns::new();
        for _ in 0..20 {
            returns.note(8, 0);
        }
        for _ in 0..(MOST_SKIPPED + 1) * 4 {
            if returns.are_worth_waiting() {
                returns.note(8, 8);
            }
        }
        assert!(returns.are_worth_waiting() && returns.are_worth_waiting());
    }
}

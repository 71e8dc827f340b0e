//! A process that is killed while it appends.

use std::thread;
use std::time::Duration;

use pollster::block_on;

use crate::processes::{Job, printed};
use crate::scratch::{Scratch, check_whole, close, id};

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let scratch = Scratch::new();
    let mut next = 1;
    for round in 0..10_u64 {
        let mut child = Job::Count.start(&scratch.path(), next);
        let mut numbers = printed(&mut child);
        // Killed at some moment after the first event.
        let mut acknowledged = vec![numbers.next().unwrap()];
        thread::sleep(Duration::from_micros(7_919 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(numbers);

        let stored = check_whole(&scratch);
        let store = scratch.open();
        for number in acknowledged {
            next = number.parse().unwrap();
            assert!(block_on(store.event_exists(id(next))).unwrap(), "{next} was lost");
        }
        // The last one may have been written without an acknowledgement.
        assert!(
            (next..=next + 1).contains(&(stored as u64)),
            "{stored} stored, {next} acknowledged"
        );
        next = stored as u64 + 1;
        close(&store);
    }
}

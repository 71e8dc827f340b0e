//! A process that is killed while it appends.

use std::thread;
use std::time::Duration;

use onefold::ExpectedVersion;
use pollster::block_on;

use crate::processes::{Job, printed};
use crate::scratch::{Scratch, append, check_whole, close, id, placed};

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
        assert!((next..=next + 1).contains(&(stored as u64)), "{stored} stored, {next} acknowledged");
        next = stored as u64 + 1;
        close(&store);
    }
}

#[test]
fn a_kill_while_the_file_is_made_leaves_one_that_opens() {
    for round in 0..20_u64 {
        let scratch = Scratch::new();
        let mut child = Job::Count.start(&scratch.path(), 1);
        // Whether that is before, during or after the tables are made is for chance to say.
        while !scratch.path().exists() {
            thread::yield_now();
        }
        thread::sleep(Duration::from_micros(101 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        check_whole(&scratch);
        append(&scratch.open(), "Order-1", placed(1), ExpectedVersion::Any).unwrap();
    }
}

#[test]
fn a_kill_does_not_disturb_the_others() {
    let scratch = Scratch::new();
    scratch.open();
    let others: Vec<_> = (0..2).map(|_| Job::Contend.start(&scratch.path(), 0)).collect();
    let mut acknowledged = Vec::new();
    for round in 0..5_u64 {
        let mut child = Job::Count.start(&scratch.path(), round * 1_000_000 + 1);
        let mut numbers = printed(&mut child);
        acknowledged.extend(numbers.next());
        thread::sleep(Duration::from_millis(round));
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(numbers);
    }
    for other in others {
        assert!(other.wait_with_output().unwrap().status.success());
    }
    check_whole(&scratch);
    let store = scratch.open();
    for number in acknowledged {
        let number = number.parse().unwrap();
        assert!(block_on(store.event_exists(id(number))).unwrap(), "{number} was lost");
    }
}

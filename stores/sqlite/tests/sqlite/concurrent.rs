//! Threads on one store.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use onefold::{AppendError, ExpectedVersion, Position};
use pollster::block_on;

use crate::scratch::{Scratch, all_after, append, check_whole, numbered, placed};

const THREADS: usize = 8;
const APPENDS: usize = 50;

#[test]
fn threads_that_conflict_write_each_event_once() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let conflicts = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for number in 0..APPENDS {
                    let stream_id = format!("Order-{}", number % 2);
                    loop {
                        let version = block_on(store.stream_version(&stream_id)).unwrap();
                        match append(&store, &stream_id, placed(2), version) {
                            Ok(_) => break,
                            Err(AppendError::Conflict(_)) => conflicts.fetch_add(1, Ordering::Relaxed),
                            Err(error) => panic!("{error}"),
                        };
                    }
                }
            });
        }
    });
    assert!(conflicts.into_inner() > 0);
    drop(store);
    assert_eq!(check_whole(&scratch), THREADS * APPENDS * 2);
}

#[test]
fn any_version_never_conflicts() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let barrier = Barrier::new(20);
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                barrier.wait();
                append(&store, "Order-1", placed(1), ExpectedVersion::Any).unwrap();
            });
        }
    });
    drop(store);
    assert_eq!(check_whole(&scratch), 20);
}

#[test]
fn identical_appends_at_once_are_written_once() {
    let scratch = Scratch::new();
    let store = scratch.open();
    for round in 0..20 {
        let events = vec![numbered(round * 2 + 1), numbered(round * 2 + 2)];
        let barrier = Barrier::new(4);
        let written: usize = thread::scope(|scope| {
            let write = || {
                barrier.wait();
                let appended =
                    append(&store, &format!("Order-{round}"), events.clone(), ExpectedVersion::NoStream);
                usize::from(!appended.unwrap().duplicate)
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(write)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(written, 1);
    }
}

#[test]
fn a_reader_at_the_head_skips_nothing() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let writing = AtomicUsize::new(4);
    thread::scope(|scope| {
        for writer in 0..4 {
            let (store, writing) = (&store, &writing);
            scope.spawn(move || {
                for number in 0..100 {
                    // Every third append is rolled back.
                    let expected = if number % 3 == 0 { 9_999.into() } else { ExpectedVersion::Any };
                    let done = append(store, &format!("Order-{writer}"), placed(3), expected);
                    assert_eq!(done.is_err(), number % 3 == 0);
                }
                writing.fetch_sub(1, Ordering::Release);
            });
        }
        let mut seen = Vec::new();
        loop {
            let last_round = writing.load(Ordering::Acquire) == 0;
            let after = seen.last().copied().unwrap_or(Position::ZERO);
            seen.extend(all_after(&store, after).iter().map(|event| event.position));
            if last_round {
                break;
            }
        }
        let stored: Vec<_> = all_after(&store, Position::ZERO).iter().map(|event| event.position).collect();
        assert_eq!(seen, stored);
        assert_eq!(seen.len(), 4 * 66 * 3);
    });
}

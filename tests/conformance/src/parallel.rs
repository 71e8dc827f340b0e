//! Real parallelism: every task runs on a thread of its own.

use crate::{Failure, Harness};

/// Runs a task `count` times at once and gives what each of them gave, in order of their numbers.
pub(crate) fn at_once<H, T, F>(
    harness: &H,
    count: usize,
    task: impl Fn(usize) -> F + Sync,
) -> Result<Vec<T>, Failure>
where
    H: Harness,
    T: Send,
    F: Future<Output = Result<T, Failure>>,
{
    let start = std::sync::Barrier::new(count);
    let (start, task) = (&start, &task);
    std::thread::scope(|scope| {
        let spawn = |number| {
            scope.spawn(move || {
                start.wait();
                harness.block_on(task(number))
            })
        };
        let threads: Vec<_> = (0..count).map(spawn).collect();
        threads.into_iter().map(joined).collect()
    })
}

/// Runs a future on a thread of its own and waits for it: what a decider does that calls a store.
pub(crate) fn aside<H: Harness, T: Send, F: Future<Output = Result<T, Failure>>>(
    harness: &H,
    task: impl FnOnce() -> F + Send,
) -> Result<T, Failure> {
    std::thread::scope(|scope| joined(scope.spawn(|| harness.block_on(task()))))
}

fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, Result<T, Failure>>) -> Result<T, Failure> {
    thread.join().unwrap_or_else(|_| Err(Failure::new("a thread panicked")))
}

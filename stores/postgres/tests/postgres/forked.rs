//! The child of a process that has a store open.

use futures_util::FutureExt;
use onefold::{EventReader, EventWriter, ExpectedVersion, StoreError, StoreErrorKind};
use onefold_postgres::PostgresStore;
use onefold_test_postgres::Scratch;

use crate::support::{append, check_whole, open, placed};

#[tokio::test]
async fn a_child_gets_an_error_at_once_and_does_its_parent_no_harm() {
    let scratch = Scratch::new().unwrap();
    let store = open(scratch.dsn()).await;
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
    for _ in 0..3 {
        assert_eq!(in_child(|| says_so(store.backend())), 0, "which of the calls did not say so");
        append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
    }
    assert_eq!(check_whole(&store).await, 4);
}

/// 0 if every call is refused without waiting for anything, or else the number of the first that is not.
fn says_so(store: &PostgresStore) -> i32 {
    let stream_id = onefold::StreamId::new("Order-1").unwrap();
    let is_refused = |outcome: Option<Result<(), StoreError>>| {
        outcome.is_some_and(|outcome| {
            outcome.is_err_and(|error| {
                error.kind == StoreErrorKind::Failed && error.to_string().contains("forked")
            })
        })
    };
    let read = store.head().now_or_never().map(|read| read.map(drop));
    let append = store.append(&stream_id, crate::support::envelopes(1), ExpectedVersion::Any).now_or_never();
    let append = append.map(|append| match append {
        Err(onefold::WriteError::Store(error)) => Err(error),
        _ => Ok(()),
    });
    if !is_refused(read) {
        return 1;
    }
    if !is_refused(append) {
        return 2;
    }
    if !matches!(store.close().now_or_never(), Some(Ok(()))) {
        return 3;
    }
    0
}

/// What the work comes to in a child of this process.
#[expect(unsafe_code, reason = "there is no safe way to fork")]
fn in_child(work: impl FnOnce() -> i32) -> i32 {
    // SAFETY: the child allocates, which the C library lets it, and ends without running anything else of ours.
    match unsafe { libc::fork() } {
        0 => {
            let code = work();
            // SAFETY: ends the child, past all handlers of the parent.
            unsafe { libc::_exit(code) }
        }
        child => {
            let mut status = 0;
            // SAFETY: waits for the child that was made above.
            let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
            assert_eq!(waited, child);
            assert!(libc::WIFEXITED(status), "the child was killed: {status}");
            libc::WEXITSTATUS(status)
        }
    }
}

use onefold::{AppendError, ExpectedVersion, ReadError, ReadStream, StoreErrorKind};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{delete, event, fresh_name, hold, let_go, open, open_backend, open_impatiently};

#[wasm_bindgen_test]
async fn the_epoch_and_the_events_stay_with_the_database() {
    let name = fresh_name();
    let first = open(&name).await;
    first.append("Order-1", vec![event(1)], ExpectedVersion::Any.into()).await.unwrap();
    first.close().await.unwrap();
    let second = open(&name).await;
    assert_eq!(second.epoch(), first.epoch());
    assert_eq!(second.head().await.unwrap().get(), 1);
}

#[wasm_bindgen_test]
async fn a_deleted_database_is_unavailable_and_opened_again_a_new_store() {
    let name = fresh_name();
    let store = open(&name).await;
    store.append("Order-1", vec![event(1)], ExpectedVersion::Any.into()).await.unwrap();
    // It goes at once: the store lets go of it.
    delete(&name).await;
    for _ in 0..2 {
        let append = store.append("Order-1", vec![event(1)], ExpectedVersion::Any.into()).await;
        assert!(
            matches!(append, Err(AppendError::Store(ref e)) if e.kind == StoreErrorKind::Unavailable),
            "{append:?}"
        );
        let read = store.read_stream("Order-1", ReadStream::default()).await;
        assert!(matches!(read, Err(ReadError::Store(ref e)) if e.kind == StoreErrorKind::Unavailable));
    }
    let again = open(&name).await;
    assert_ne!(again.epoch(), store.epoch());
    assert_eq!(again.head().await.unwrap().get(), 0);
    assert!(store.head().await.is_err(), "the old store must not show the new one");
}

#[wasm_bindgen_test]
async fn databases_of_others_and_of_newer_versions_are_refused() {
    let name = fresh_name();
    for version in [1, 99] {
        let others = hold(&name, version).await;
        let_go(&others);
        let refused = open_backend(&name).await.err().unwrap();
        assert_eq!(refused.kind, StoreErrorKind::Migration, "{refused}");
    }
}

#[wasm_bindgen_test]
async fn a_store_lets_go_for_a_newer_version() {
    let name = fresh_name();
    let store = open(&name).await;
    // It resolves only once all older connections are closed.
    let newer = hold(&name, 99).await;
    let refused = store.head().await.unwrap_err();
    assert_eq!(refused.code(), "migration");
    assert!(refused.to_string().contains("newer version"), "{refused}");
    let_go(&newer);
}

#[wasm_bindgen_test]
async fn a_deletion_that_others_hold_up_is_waited_for() {
    let name = fresh_name();
    let others = hold(&name, 1).await;
    // It ends only when the others let go.
    let deletion = delete(&name);
    let opening = async {
        let waiting = open_impatiently(&name).await.err().unwrap();
        let_go(&others);
        waiting
    };
    let ((), waiting) = futures_util::future::join(deletion, opening).await;
    assert_eq!(waiting.code(), "store_unavailable", "{waiting}");
    assert_eq!(open(&name).await.head().await.unwrap().get(), 0);
    // Nor is what came too late in the way of anybody.
    delete(&name).await;
}

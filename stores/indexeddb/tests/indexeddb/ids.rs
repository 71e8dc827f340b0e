use futures_util::future::{join, join3};
use onefold::{AppendError, Appended, EventId, ExpectedVersion};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{event_with_id, fresh_name, open};

/// In the middle of what ids may be.
const BASE: u128 = 0x0190_f3c4_7b1e_7c3a_8f00_0000_0000_0000;

#[wasm_bindgen_test]
async fn a_retry_is_found_by_ids_in_the_middle_of_a_run() {
    let name = fresh_name();
    let store = open(&name).await;
    let events = |from: u128, to: u128| (from..to).map(|id| event_with_id(BASE + id)).collect::<Vec<_>>();
    store.append("Order-1", events(0, 10), ExpectedVersion::Any.into()).await.unwrap();
    store.append("Order-2", events(20, 30), ExpectedVersion::Any.into()).await.unwrap();

    for store in [&store, &open(&name).await] {
        let part = store.append("Order-1", events(3, 7), ExpectedVersion::Any.into()).await.unwrap();
        assert!(part.duplicate);
        assert_eq!((part.version.get(), part.position.get()), (7, 7));
        for refused in [events(5, 15), events(15, 25), events(25, 28), events(9, 21)] {
            let refused = store.append("Order-1", refused, ExpectedVersion::Any.into()).await;
            assert!(matches!(refused, Err(AppendError::DuplicateEvent(_))), "{refused:?}");
        }
    }
    let between = store.append("Order-1", events(10, 20), ExpectedVersion::Any.into()).await.unwrap();
    assert!(!between.duplicate);
}

#[wasm_bindgen_test]
async fn ids_that_do_not_run_are_each_found() {
    let store = open(&fresh_name()).await;
    let ids = [BASE + 7, BASE + 5, BASE + 6, 3, u128::MAX, BASE + (1 << 48), 0];
    let events = || ids.map(event_with_id).to_vec();
    store.append("Order-1", events(), ExpectedVersion::Any.into()).await.unwrap();
    for (index, id) in ids.into_iter().enumerate() {
        let id = EventId::from_bytes(id.to_be_bytes());
        let found = store.find_event(id).await.unwrap();
        assert_eq!(found.map(|event| event.version.get()), Some(index as u64 + 1), "{id}");
    }
    for unknown in [BASE + 4, BASE + 8, 1, u128::MAX - 1] {
        assert!(!store.event_exists(EventId::from_bytes(unknown.to_be_bytes())).await.unwrap());
    }
    assert!(store.append("Order-1", events(), 0.into()).await.unwrap().duplicate);
}

#[wasm_bindgen_test]
async fn of_identical_appends_at_once_one_is_written() {
    let name = fresh_name();
    let (one, other) = (open(&name).await, open(&name).await);
    let events = |from: u128| (from..from + 5).map(|id| event_with_id(BASE + id)).collect::<Vec<_>>();
    for (start, second) in [(0, &one), (10, &other)] {
        let append = |store| {
            let store: &onefold::Store<_> = store;
            store.append("Order-1", events(start), ExpectedVersion::Any.into())
        };
        let (first, second) = join(append(&one), append(second)).await;
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(!first.duplicate && second.duplicate);
        assert_eq!((first.version, first.position), (second.version, second.position));
    }
    let Appended { version, .. } = one.append("Order-1", vec![], ExpectedVersion::Any.into()).await.unwrap();
    assert_eq!(version.get(), 10);
}

#[wasm_bindgen_test]
async fn of_appends_at_once_that_share_some_ids_one_is_written() {
    let store = open(&fresh_name()).await;
    let append = |from: u128, to: u128| {
        let events = (from..to).map(|id| event_with_id(BASE + id)).collect();
        store.append("Order-1", events, ExpectedVersion::Any.into())
    };
    // The first one keeps the writer busy, so that the others come to be written together.
    let (busy, first, second) = join3(append(90, 91), append(0, 5), append(3, 8)).await;
    assert!(busy.is_ok() && first.is_ok());
    assert!(matches!(second, Err(AppendError::DuplicateEvent(_))), "{second:?}");
    assert_eq!(store.head().await.unwrap().get(), 6);
}

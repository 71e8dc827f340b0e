use futures_util::future::join_all;
use onefold::{AppendError, ExpectedVersion, ReadStream, StoreError};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{event, fresh_name, numbers, open};

#[wasm_bindgen_test]
async fn appends_at_once_are_dense_each_with_its_own_outcome() {
    let store = open(&fresh_name()).await;
    let appends = (0..20).map(|number| {
        // Every fourth expects a stream that is there from the first of them on.
        let expected = if number % 4 == 3 { ExpectedVersion::NoStream } else { ExpectedVersion::Any };
        store.append("Order-1", vec![event(number)], expected.into())
    });
    let outcomes = join_all(appends).await;
    for (number, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.is_err(), number % 4 == 3, "{number}: {outcome:?}");
    }
    let events = store.read_stream("Order-1", ReadStream::default()).await.unwrap();
    assert_eq!(numbers(&events, "version"), (1..=15).collect::<Vec<_>>());
    assert_eq!(numbers(&events, "position"), (1..=15).collect::<Vec<_>>());
}

#[wasm_bindgen_test]
async fn a_writer_sees_what_others_wrote_since() {
    // Two connections, as two tabs have them.
    let name = fresh_name();
    let (one, other) = (open(&name).await, open(&name).await);
    for round in 0..3_u64 {
        let first = one.append("Order-1", vec![event(1)], (2 * round).into()).await.unwrap();
        assert_eq!((first.version.get(), first.position.get()), (2 * round + 1, 3 * round + 1));
        let second = other.append("Order-1", vec![event(2)], (2 * round + 1).into()).await.unwrap();
        assert_eq!((second.version.get(), second.position.get()), (2 * round + 2, 3 * round + 2));
        let stale = one.append("Order-1", vec![event(3)], (2 * round + 1).into()).await;
        assert!(matches!(stale, Err(AppendError::Conflict(_))), "{stale:?}");
        let elsewhere = one.append("Order-2", vec![event(4)], round.into()).await.unwrap();
        assert_eq!((elsewhere.version.get(), elsewhere.position.get()), (round + 1, 3 * round + 3));
    }
}

#[wasm_bindgen_test]
async fn more_streams_than_are_kept_in_mind_stay_dense() {
    let store = open(&fresh_name()).await;
    for version in 0..3 {
        let streams: Vec<_> = (0..1_100).map(|number| format!("Order-{number}")).collect();
        let appends = streams.iter().map(|stream| store.append(stream, vec![event(1)], version.into()));
        for outcome in join_all(appends).await {
            assert_eq!(outcome.unwrap().version.get(), version + 1);
        }
    }
    assert_eq!(store.head().await.unwrap().get(), 3_300);
}

#[wasm_bindgen_test]
async fn writers_at_once_on_several_connections_stay_dense() {
    let name = fresh_name();
    let stores = join_all((0..4).map(|_| open(&name))).await;
    let appends = (0..80_u32).map(|number| {
        let store = &stores[number as usize % stores.len()];
        store.append("Order-1", vec![event(number), event(number)], ExpectedVersion::Any.into())
    });
    for outcome in join_all(appends).await {
        outcome.unwrap();
    }
    let events = stores[0].read_stream("Order-1", ReadStream::default()).await.unwrap();
    assert_eq!(numbers(&events, "version"), (1..=160).collect::<Vec<_>>());
    assert_eq!(numbers(&events, "position"), (1..=160).collect::<Vec<_>>());
}

#[wasm_bindgen_test]
async fn of_appends_that_expect_one_version_one_is_written() {
    let name = fresh_name();
    let (one, other) = (open(&name).await, open(&name).await);
    let appends = (0..10_u32).map(|number| {
        let store = if number % 2 == 0 { &one } else { &other };
        store.append("Order-1", vec![event(number)], ExpectedVersion::NoStream.into())
    });
    let outcomes = join_all(appends).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(one.head().await.unwrap().get(), 1);
}

#[wasm_bindgen_test]
async fn what_waits_when_the_store_is_closed_is_refused_or_written_but_never_lost() {
    let name = fresh_name();
    let store = open(&name).await;
    let appends = join_all(
        (0..10).map(|number| store.append("Order-1", vec![event(number)], ExpectedVersion::Any.into())),
    );
    let (outcomes, closed) = futures_util::future::join(appends, store.close()).await;
    closed.unwrap();
    let written = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    for refused in outcomes.into_iter().filter_map(Result::err) {
        let code = refused.code();
        assert!(code == "closed", "{refused:?}");
        assert!(!matches!(refused, AppendError::Store(StoreError { .. })) || code == "closed");
    }
    let again = open(&name).await;
    assert_eq!(again.head().await.unwrap().get(), written as u64);
}

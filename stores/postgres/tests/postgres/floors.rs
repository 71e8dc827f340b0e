//! What holds readers back, and what does not.

use onefold::ExpectedVersion;
use onefold_postgres::{PostgresOptions, SchemaName};
use onefold_test_postgres::Scratch;

use crate::support::{
    RAW_APPEND, SPREAD_APPEND, all, append, check_whole, open, placed, raw, try_open, until_one_waits,
};

#[tokio::test]
async fn readers_stop_before_what_an_open_transaction_may_still_write() {
    let scratch = Scratch::new().unwrap();
    let store = open(scratch.dsn()).await;
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
    let mut client = raw(scratch.dsn()).await;
    let transaction = client.transaction().await.unwrap();
    transaction.query(RAW_APPEND, &[&"Order-2", &1]).await.unwrap();
    let later = append(&store, "Order-3", placed(1), ExpectedVersion::Any).await.unwrap();

    assert_eq!(all(&store).await.len(), 1);
    assert!(store.head().await.unwrap() < later.position);
    // The streams themselves are there at once.
    assert_eq!(store.stream_version("Order-3").await.unwrap().get(), 1);
    transaction.commit().await.unwrap();
    let positions: Vec<_> = all(&store).await.iter().map(|event| event.position.get()).collect();
    assert_eq!(positions, [1, 2, 3]);
}

#[tokio::test]
async fn a_rollback_leaves_a_gap_that_readers_pass() {
    let scratch = Scratch::new().unwrap();
    let store = open(scratch.dsn()).await;
    let mut client = raw(scratch.dsn()).await;
    let transaction = client.transaction().await.unwrap();
    transaction.query(RAW_APPEND, &[&"Order-1", &5]).await.unwrap();
    transaction.rollback().await.unwrap();
    let appended = append(&store, "Order-1", placed(1), ExpectedVersion::NoStream).await.unwrap();
    assert_eq!(appended.position.get(), 6);
    assert_eq!(store.head().await.unwrap(), appended.position);
}

#[tokio::test]
async fn transactions_elsewhere_hold_no_reader_back() {
    let (scratch, elsewhere) = (Scratch::new().unwrap(), Scratch::new().unwrap());
    let store = open(scratch.dsn()).await;
    let shop = PostgresOptions { schema: SchemaName::new("shop").unwrap(), ..PostgresOptions::default() };
    let shop = try_open(scratch.dsn(), shop).await.unwrap();
    drop(open(elsewhere.dsn()).await);

    // One in another database, one that writes to other tables of this one, and one of another schema.
    let mut other_database = raw(elsewhere.dsn()).await;
    let other_database = other_database.transaction().await.unwrap();
    other_database.query(RAW_APPEND, &[&"Order-1", &1]).await.unwrap();
    let mut other_schema = raw(scratch.dsn()).await;
    let other_schema = other_schema.transaction().await.unwrap();
    other_schema.query(&RAW_APPEND.replace("onefold.", "shop."), &[&"Order-1", &1]).await.unwrap();
    other_schema.batch_execute("CREATE TABLE orders (id int); INSERT INTO orders VALUES (1)").await.unwrap();

    for count in 1..=3 {
        append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
        assert_eq!(all(&store).await.len(), count);
    }
    assert_eq!(all(&shop).await.len(), 0);
}

/// Positions are taken once all streams of an append are locked, not before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_that_waits_for_a_stream_keeps_the_order_of_others_and_holds_no_reader_back() {
    let scratch = Scratch::new().unwrap();
    let store = open(scratch.dsn()).await;
    for stream_id in ["Order-1", "Order-2"] {
        append(&store, stream_id, placed(1), ExpectedVersion::Any).await.unwrap();
    }
    let mut holder = raw(scratch.dsn()).await;
    let lock = holder.transaction().await.unwrap();
    lock.query("SELECT FROM onefold.streams WHERE stream_id = 'Order-1' FOR UPDATE", &[]).await.unwrap();
    let waiting = raw(scratch.dsn()).await;
    let waiting = tokio::spawn(async move {
        waiting.query(SPREAD_APPEND, &[&["Order-2", "Order-1"].as_slice()]).await.unwrap();
    });
    until_one_waits(&scratch).await;

    for count in 3..=5 {
        append(&store, "Order-2", placed(1), ExpectedVersion::Any).await.unwrap();
        assert_eq!(all(&store).await.len(), count, "events that a reader may see");
    }
    assert!(!waiting.is_finished());
    lock.commit().await.unwrap();
    waiting.await.unwrap();
    assert_eq!(check_whole(&store).await, 7);
    assert_eq!(store.stream_version("Order-2").await.unwrap().get(), 5);
}

/// The same for the statement that appends one event.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_single_event_that_waits_for_its_stream_holds_no_reader_back() {
    let scratch = Scratch::new().unwrap();
    let store = open(scratch.dsn()).await;
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
    for expected in [ExpectedVersion::Any, ExpectedVersion::StreamExists] {
        let before = all(&store).await.len();
        let mut holder = raw(scratch.dsn()).await;
        let lock = holder.transaction().await.unwrap();
        lock.query("SELECT FROM onefold.streams WHERE stream_id = 'Order-1' FOR UPDATE", &[]).await.unwrap();
        let other = open(scratch.dsn()).await;
        let waiting =
            tokio::spawn(async move { append(&other, "Order-1", placed(1), expected).await.unwrap() });
        until_one_waits(&scratch).await;

        append(&store, "Order-2", placed(1), ExpectedVersion::Any).await.unwrap();
        assert_eq!(all(&store).await.len(), before + 1, "events that a reader may see");
        assert!(!waiting.is_finished());
        lock.commit().await.unwrap();
        waiting.await.unwrap();
        assert_eq!(check_whole(&store).await, before + 2);
    }
}

/// A floor is kept by its low 32 bits.
#[tokio::test]
async fn floors_are_right_past_32_bits() {
    for start in [(1_i64 << 31) - 1, 1 << 31, (1 << 32) - 1, (1 << 40) + 7] {
        let scratch = Scratch::new().unwrap();
        let store = open(scratch.dsn()).await;
        scratch.run(&format!("SELECT setval('onefold.positions', {start})")).unwrap();
        append(&store, "Order-1", placed(1), ExpectedVersion::Any).await.unwrap();
        let mut client = raw(scratch.dsn()).await;
        let transaction = client.transaction().await.unwrap();
        transaction.query(RAW_APPEND, &[&"Order-2", &3]).await.unwrap();
        append(&store, "Order-3", placed(1), ExpectedVersion::Any).await.unwrap();
        assert_eq!(all(&store).await.len(), 1, "from {start}");
        assert_eq!(i64::try_from(store.head().await.unwrap().get()).unwrap(), start + 1);
        transaction.commit().await.unwrap();
        assert_eq!(all(&store).await.len(), 5, "from {start}");
    }
}

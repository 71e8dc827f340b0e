//! The end of a store.

use onefold::{EventWriter, ExpectedVersion, StreamId, WriteError};
use onefold_test_postgres::Scratch;

use crate::support::{append, check_whole, envelopes, open, placed, raw};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_queued_is_written_and_what_comes_later_refused() {
    let scratch = Scratch::new().unwrap();
    for round in 0..10 {
        let store = open(scratch.dsn()).await;
        // All to one stream, so that each has to wait for the one before.
        let stream_id = format!("Order-{round}");
        let appends: Vec<_> = (0..100)
            .map(|_| {
                let (store, stream_id) = (store.clone(), stream_id.clone());
                tokio::spawn(async move { append(&store, &stream_id, placed(1), ExpectedVersion::Any).await })
            })
            .collect();
        while store.backend().stats().queued == 0 {
            tokio::task::yield_now().await;
        }
        let stats = store.backend().stats();
        assert!(stats.writing > 0, "{stats:?}");
        store.close().await.unwrap();
        let mut written = 0;
        for append in appends {
            match append.await.unwrap() {
                Ok(_) => written += 1,
                Err(error) => assert_eq!(error.code(), "closed", "{error}"),
            }
        }
        assert!(written > stats.queued, "{written} of {stats:?}");
        let sql = format!("SELECT FROM onefold.events WHERE stream_id = '{stream_id}'");
        assert_eq!(raw(scratch.dsn()).await.query(&sql, &[]).await.unwrap().len(), written);
        let stream_id = StreamId::new(stream_id).unwrap();
        let late = store.backend().append(&stream_id, envelopes(1), ExpectedVersion::Any).await;
        assert!(matches!(late, Err(WriteError::Store(error)) if error.code() == "closed"));
    }
    check_whole(open(scratch.dsn()).await.as_ref()).await;
}

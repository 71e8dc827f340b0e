//! Every read and every filter goes by an index.

use std::time::Duration;

use onefold::{EventType, Filter, ReadAll, ReadStream, SnapshotStore, Timestamp};
use onefold_test_postgres::Scratch;
use tokio::time::sleep;
use tokio_postgres::Client;

use crate::support::{open, raw};

/// Events of 6,000 streams, 30 categories and as many types, one a second.
const FILL: &str = "
    INSERT INTO onefold.events (position, stream_id, version, id, type, schema_version, recorded_at, category,
        tenant, correlation_id, data)
    SELECT n, 'Category' || n % 30 || '-' || n % 6000, (n - 1) / 6000 + 1, md5(n::text)::uuid, 'Type' || n % 30, 1,
        '2026-01-01Z'::timestamptz + n * interval '1 second', 'Category' || n % 30,
        'tenant-' || n % 50, 'request-' || n % 10000, '{}'
    FROM generate_series(1, 60000) AS n;
    INSERT INTO onefold.streams SELECT stream_id, max(version) FROM onefold.events GROUP BY stream_id;
    INSERT INTO onefold.snapshots SELECT stream_id, 'Order', 1, 1, '{}' FROM onefold.streams;
    SELECT setval('onefold.positions', 60000)";
/// 2026-01-01T13:53:20Z, in microseconds.
const MOMENT: i64 = 1_767_225_600_000_000 + 50_000_000_000;

#[tokio::test]
async fn no_read_goes_through_a_whole_table() {
    let scratch = filled().await;
    let client = raw(scratch.dsn()).await;
    let before = table_scans(&client).await;
    for (index, read, count) in reads() {
        let before = index_scans(&client, index).await;
        let store = open(scratch.dsn()).await;
        assert_eq!(store.read_all(read.clone()).await.unwrap().len(), count, "{read:?}");
        // For a short page the primary key may be the better one.
        let page = ReadAll { limit: Some(5), ..read.clone() };
        assert_eq!(store.read_all(page).await.unwrap().len(), 5, "{read:?}");
        store.close().await.unwrap();
        assert!(index_scans(&client, index).await > before, "`{index}` does not serve {read:?}");
    }
    let store = open(scratch.dsn()).await;
    let stream = store.read_stream("Category7-7", ReadStream::default()).await.unwrap();
    assert_eq!(stream.len(), 10);
    assert_eq!(store.stream_version("Category7-7").await.unwrap().get(), 10);
    assert!(store.event_exists(stream[0].id).await.unwrap());
    assert_eq!(store.head().await.unwrap().get(), 60_000);
    store.append("Category7-7", Vec::new(), 10.into()).await.unwrap();
    store.backend().load_snapshot(&stream[0].stream_id, "Order").await.unwrap().unwrap();
    store.close().await.unwrap();
    assert_eq!(table_scans(&client).await, before, "reads that went through a whole table");
}

/// Whatever the clocks did while events were recorded, the filter by time finds all of them and no other, and a page
/// does not begin by going through what is older.
#[tokio::test]
async fn times_in_disorder_are_found_without_a_look_at_all_that_is_older() {
    let scratch = filled().await;
    let disorder = "ALTER TABLE onefold.events DISABLE TRIGGER ALL;
        UPDATE onefold.events SET recorded_at = recorded_at
            - CASE WHEN position % 97 = 0 THEN interval '90 minutes' ELSE interval '0' END
            - CASE WHEN position BETWEEN 20000 AND 21000 THEN interval '4 hours' ELSE interval '0' END
            + CASE WHEN position = 30000 THEN interval '1 day' ELSE interval '0' END";
    for is_in_disorder in [false, true] {
        if is_in_disorder {
            scratch.run(disorder).unwrap();
            scratch.run("VACUUM FULL ANALYZE onefold.events").unwrap();
        }
        let store = open(scratch.dsn()).await;
        let everything = store.read_all(ReadAll { limit: None, ..ReadAll::default() }).await.unwrap();
        for (from, to) in [
            (None, Some(-49_990)),
            (Some(-49_990), None),
            (Some(-30_000), Some(-25_000)),
            (Some(0), None),
            (None, Some(0)),
            (Some(9_900), None),
            (Some(90_000), None),
            (None, Some(-90_000)),
            (Some(100), Some(50)),
        ] {
            for backwards in [false, true] {
                let (recorded_from, recorded_to) = (from.map(moment), to.map(moment));
                let filter = Filter { recorded_from, recorded_to, ..Filter::default() };
                let mut matching: Vec<_> =
                    everything.iter().filter(|event| filter.matches(event)).cloned().collect();
                if backwards {
                    matching.reverse();
                }
                let read = ReadAll { filter, backwards, limit: None, ..ReadAll::default() };
                assert_eq!(store.read_all(read.clone()).await.unwrap(), matching, "{read:?}");
                matching.truncate(100);
                let page = ReadAll { limit: Some(100), ..read };
                assert_eq!(store.read_all(page.clone()).await.unwrap(), matching, "{page:?}");
            }
        }
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_page_by_time_does_not_begin_with_all_that_is_older() {
    let scratch = filled().await;
    let client = raw(scratch.dsn()).await;
    let before = rows_fetched(&client).await;
    let store = open(scratch.dsn()).await;
    let filter = Filter { recorded_from: Some(moment(0)), ..Filter::default() };
    let page = ReadAll { filter, limit: Some(100), ..ReadAll::default() };
    assert_eq!(store.read_all(page).await.unwrap().len(), 100);
    store.close().await.unwrap();
    let fetched = rows_fetched(&client).await - before;
    assert!(fetched < 15_000, "{fetched} rows were looked at; 50,000 are older");
}

/// The index, what it should serve, and how many events there are to read.
fn reads() -> Vec<(&'static str, ReadAll, usize)> {
    let all = ReadAll { limit: None, ..ReadAll::default() };
    let filtered = |filter: Filter| ReadAll { filter, ..all.clone() };
    let types = |names: &[&str]| Some(names.iter().map(|name| EventType::new(*name).unwrap()).collect());
    let (from, to) = (Some(moment(0)), Some(moment(60)));
    vec![
        ("events_pkey", ReadAll { after: Some(59_000.into()), ..all.clone() }, 1_000),
        ("events_pkey", ReadAll { limit: Some(5), backwards: true, ..all.clone() }, 5),
        (
            "events_by_category",
            filtered(Filter { category: Some("Category7".into()), ..Filter::default() }),
            2_000,
        ),
        ("events_by_type", filtered(Filter { types: types(&["Type7"]), ..Filter::default() }), 2_000),
        ("events_by_type", filtered(Filter { types: types(&["Type7", "No"]), ..Filter::default() }), 2_000),
        (
            "events_by_tenant",
            filtered(Filter { tenant: Some("tenant-7".into()), ..Filter::default() }),
            1_200,
        ),
        (
            "events_by_correlation_id",
            filtered(Filter { correlation_id: Some("request-7".into()), ..Filter::default() }),
            6,
        ),
        (
            "events_by_recorded_at",
            filtered(Filter { recorded_from: from, recorded_to: to, ..Filter::default() }),
            60,
        ),
    ]
}

/// So many seconds after the moment at which the event at position 50,000 was recorded.
fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_micros(MOMENT + seconds * 1_000_000)
}

async fn filled() -> Scratch {
    let scratch = Scratch::new().unwrap();
    open(scratch.dsn()).await.close().await.unwrap();
    scratch.run(FILL).unwrap();
    scratch.run("VACUUM ANALYZE onefold.events, onefold.streams, onefold.snapshots").unwrap();
    scratch
}

/// How often whole tables were gone through.
async fn table_scans(client: &Client) -> Vec<(String, i64)> {
    settled(client).await;
    let sql = "SELECT relname::text, seq_scan FROM pg_stat_user_tables
        WHERE schemaname = 'onefold' AND relname <> 'meta' ORDER BY relname";
    client.query(sql, &[]).await.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// How many rows of the log were looked at by way of an index.
async fn rows_fetched(client: &Client) -> i64 {
    settled(client).await;
    let sql =
        "SELECT idx_tup_fetch FROM pg_stat_user_tables WHERE schemaname = 'onefold' AND relname = 'events'";
    client.query_one(sql, &[]).await.unwrap().get(0)
}

async fn index_scans(client: &Client, index: &str) -> i64 {
    settled(client).await;
    let sql = "SELECT idx_scan FROM pg_stat_user_indexes WHERE schemaname = 'onefold' AND indexrelname = $1";
    client.query_one(sql, &[&index]).await.unwrap().get(0)
}

/// Waits until all other connections have ended: then their counts are in.
async fn settled(client: &Client) {
    let sql = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    while !client.query(sql, &[]).await.unwrap().is_empty() {
        sleep(Duration::from_millis(5)).await;
    }
}

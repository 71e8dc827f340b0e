use std::sync::Arc;

use onefold::{
    AppendError, Appended, Envelope, EventId, EventType, ExpectedVersion, Json, NewEvent, Position, ReadAll,
    Store, StoreOptions, StoredEvent,
};
use onefold_postgres::{OpenError, PostgresOptions, PostgresStore, open_with};
use onefold_test_postgres::Scratch;
use tokio_postgres::{Client, Config, NoTls};
use uuid::Uuid;

/// Appends `$2` events to the stream `$1` as the store does, in whatever transaction it is run.
pub(crate) const RAW_APPEND: &str = "SELECT FROM onefold.append(
    ARRAY[$1::text], ARRAY[-1::bigint], ARRAY[$2::int::bigint],
    array_fill(1, ARRAY[$2]), ARRAY(SELECT generate_series(1, $2)),
    ARRAY(SELECT gen_random_uuid() FROM generate_series(1, $2)),
    array_fill('OrderPlaced'::text, ARRAY[$2]), array_fill(1::bigint, ARRAY[$2]),
    array_fill('Order'::text, ARRAY[$2]), array_fill(NULL::text, ARRAY[$2]), array_fill(NULL::text, ARRAY[$2]),
    array_fill(NULL::text, ARRAY[$2]), array_fill(NULL::text, ARRAY[$2]), array_fill('{}'::text, ARRAY[$2]))";

/// Appends an event to each of the streams `$1`, in this order.
pub(crate) const SPREAD_APPEND: &str = "SELECT
    FROM (SELECT ARRAY(SELECT unnest($1::text[]) AS stream_id ORDER BY stream_id) AS streams, ARRAY[cardinality($1)] AS count) AS given, LATERAL onefold.append(streams, array_fill(-1::bigint, count), array_fill(1::bigint, count),
    ARRAY(SELECT generate_series(1, cardinality(streams))), array_fill(1, count),
    ARRAY(SELECT gen_random_uuid() FROM unnest(streams)), array_fill('A'::text, count), array_fill(1::bigint, count),
    array_fill('Order'::text, count), array_fill(NULL::text, count), array_fill(NULL::text, count),
    array_fill(NULL::text, count), array_fill(NULL::text, count), array_fill('{}'::text, count))";

/// Notes the isolation of every transaction that writes events.
pub(crate) const NOTE_ISOLATION: &str = "CREATE TABLE isolations (level text);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO public.isolations VALUES (current_setting('transaction_isolation')); RETURN NULL; END $$;
    CREATE TRIGGER note AFTER INSERT ON onefold.events FOR EACH STATEMENT EXECUTE FUNCTION note()";

/// What was noted.
pub(crate) async fn isolations(scratch: &Scratch) -> Vec<String> {
    let rows = raw(scratch.dsn()).await.query("SELECT DISTINCT level FROM isolations", &[]).await;
    rows.unwrap().iter().map(|row| row.get(0)).collect()
}

pub(crate) async fn open(dsn: &str) -> Arc<Store<PostgresStore>> {
    Arc::new(try_open(dsn, PostgresOptions::default()).await.unwrap())
}

pub(crate) async fn try_open(dsn: &str, options: PostgresOptions) -> Result<Store<PostgresStore>, OpenError> {
    open_with(dsn, options, StoreOptions::default()).await
}

/// A connection past the store.
pub(crate) async fn raw(dsn: &str) -> Client {
    let (client, connection) = dsn.parse::<Config>().unwrap().connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

pub(crate) fn placed(count: usize) -> Vec<NewEvent<Json>> {
    let data = Json::parse(r#"{"customer": "c-1", "total_cents": 5000}"#).unwrap();
    vec![NewEvent::new(EventType::new("OrderPlaced").unwrap(), data); count]
}

pub(crate) fn identified(id: Uuid) -> Vec<NewEvent<Json>> {
    placed(1).into_iter().map(|event| event.with_id(EventId::new(id))).collect()
}

/// Events as a backend takes them.
pub(crate) fn envelopes(count: usize) -> Vec<Envelope<Json>> {
    let event = |event: NewEvent<Json>| Envelope {
        id: EventId::new(Uuid::new_v4()),
        event_type: event.event_type,
        schema_version: 1,
        data: event.data,
        metadata: event.metadata,
    };
    placed(count).into_iter().map(event).collect()
}

pub(crate) async fn append(
    store: &Store<PostgresStore>,
    stream_id: &str,
    events: Vec<NewEvent<Json>>,
    expected: impl Into<ExpectedVersion>,
) -> Result<Appended, AppendError> {
    store.append(stream_id, events, expected.into().into()).await
}

pub(crate) async fn all(store: &Store<PostgresStore>) -> Vec<StoredEvent<Json>> {
    store.read_all(ReadAll { limit: None, ..ReadAll::default() }).await.unwrap()
}

/// Returns when somebody in the database waits for a lock.
pub(crate) async fn until_one_waits(scratch: &Scratch) {
    let waits =
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    let watcher = raw(scratch.dsn()).await;
    while watcher.query(waits, &[]).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
}

/// Checks the whole log: positions rise, and the versions of each stream are dense. Gives how many events there are.
pub(crate) async fn check_whole(store: &Store<PostgresStore>) -> usize {
    let events = all(store).await;
    let mut last = Position::ZERO;
    let mut versions = std::collections::HashMap::new();
    for event in &events {
        assert!(event.position > last);
        last = event.position;
        let version = versions.entry(&event.stream_id).or_insert(0);
        *version += 1;
        assert_eq!(event.version.get(), *version, "of {}", event.stream_id);
    }
    events.len()
}

//! What is in the file stays in it.

use std::fs;
use std::sync::Arc;

use onefold::{
    AppendError, EventReader, EventWriter, ExpectedVersion, Filter, Json, LogRange, Metadata, Position,
    ReadAll, Snapshot, SnapshotStore, StoreErrorKind, StreamId, SystemHost, Timestamp, Version, category_of,
};
use onefold_sqlite::{SqliteOptions, SqliteStore};
use pollster::block_on;

use crate::scratch::{Scratch, all_after, append, close, event, id, numbered, placed, read};

#[test]
fn events_come_back_after_reopening_as_they_were() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let data =
        r#" {"a":{},"b":[null,[null]],"c":"\u0000\ud83d\ude00é","d":1e300,"e":-0.0,"__proto__":1} "#.trim();
    let metadata = Metadata::none()
        .with_correlation_id("request-1")
        .with_causation_id("cause-1")
        .with_tenant("tenant-1")
        .with_extra(Json::parse(r#"{"x": 1}"#).unwrap());
    let mut rich = event("Ordér").with_schema_version(7).with_metadata(metadata);
    rich.data = Json::parse(data).unwrap();
    append(&store, "Größe-日本-1", vec![rich, event("Plain")], ExpectedVersion::Any).unwrap();
    let (epoch, before) = (store.epoch(), read(&store, "Größe-日本-1"));
    close(&store);

    let store = scratch.open();
    assert_eq!(store.epoch(), epoch);
    assert_eq!(read(&store, "Größe-日本-1"), before);
    assert_eq!(before[0].data.as_str(), data);
    assert_eq!(before[0].metadata.extra.as_ref().unwrap().as_str(), r#"{"x": 1}"#);
    assert_eq!(before[1].metadata, Metadata::none());
}

#[test]
fn stream_ids_compare_byte_by_byte() {
    let scratch = Scratch::new();
    let store = scratch.open();
    for stream_id in ["order-1", "Order-1", "Order-1 ", "Ordér-1", "Orde\u{301}r-1"] {
        append(&store, stream_id, placed(1), ExpectedVersion::NoStream).unwrap();
        assert_eq!(read(&store, stream_id).len(), 1);
    }
}

#[test]
fn a_retry_after_reopening_is_a_duplicate() {
    let scratch = Scratch::new();
    let events = vec![numbered(1), numbered(2)];
    let store = scratch.open();
    let first = append(&store, "Order-1", events.clone(), ExpectedVersion::NoStream).unwrap();
    append(&store, "Order-1", placed(1), ExpectedVersion::Any).unwrap();
    close(&store);

    let store = scratch.open();
    for expected in [ExpectedVersion::NoStream, ExpectedVersion::Any, ExpectedVersion::StreamExists] {
        let again = append(&store, "Order-1", events.clone(), expected).unwrap();
        assert!(again.duplicate);
        assert_eq!((again.version, again.position), (first.version, first.position));
    }
    for (events, known) in [
        (vec![numbered(2), numbered(1)], vec![id(2), id(1)]),
        (vec![numbered(3), numbered(1)], vec![id(1)]),
        (vec![numbered(1), numbered(3)], vec![id(1)]),
    ] {
        for stream_id in ["Order-1", "Order-2"] {
            let refused = append(&store, stream_id, events.clone(), ExpectedVersion::Any).unwrap_err();
            let AppendError::DuplicateEvent(duplicate) = refused else {
                panic!("{refused}");
            };
            assert_eq!(duplicate.ids, known);
        }
    }
    assert_eq!(all_after(&store, Position::ZERO).len(), 3);
    assert!(!block_on(store.event_exists(id(3))).unwrap());
}

#[test]
fn a_conflict_says_where_the_stream_is() {
    let scratch = Scratch::new();
    let store = scratch.open();
    append(&store, "Order-1", placed(3), ExpectedVersion::NoStream).unwrap();
    let Err(AppendError::Conflict(conflict)) = append(&store, "Order-1", vec![numbered(1)], 2) else {
        panic!("no conflict");
    };
    assert_eq!(conflict.actual, Version::new(3));
    let checked = append(&store, "Order-1", Vec::new(), 3).unwrap();
    assert_eq!((checked.version, checked.position), (Version::new(3), Position::new(3)));
}

#[test]
fn ten_thousand_events_go_in_at_once_and_only_once() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let events: Vec<_> = (1..=10_000).map(numbered).collect();
    let first = append(&store, "Order-1", events.clone(), ExpectedVersion::NoStream).unwrap();
    assert_eq!(first.recorded.unwrap().positions.len(), 10_000);
    assert!(append(&store, "Order-1", events, ExpectedVersion::NoStream).unwrap().duplicate);
    assert_eq!(read(&store, "Order-1").len(), 10_000);
}

#[test]
fn filters_find_what_they_name_and_apply_before_the_limit() {
    let scratch = Scratch::new();
    let store = scratch.open();
    for number in 0..30 {
        let category = if number % 3 == 0 { "Order" } else { "Item" };
        let metadata = Metadata::none()
            .with_tenant(format!("t-{}", number % 2))
            .with_correlation_id(format!("c-{}", number % 5));
        let event = event(if number % 4 == 0 { "A\"\\" } else { "B" }).with_metadata(metadata);
        append(&store, &format!("{category}-{number}"), vec![event], ExpectedVersion::Any).unwrap();
    }
    let everything = all_after(&store, Position::ZERO);
    let middle = everything[15].recorded_at;
    let type_a = everything[0].event_type.clone();
    let filters = [
        Filter { category: Some("Order".into()), ..Filter::default() },
        Filter { category: Some("Orde".into()), ..Filter::default() },
        Filter { types: Some(vec![type_a.clone()]), ..Filter::default() },
        Filter { types: Some(Vec::new()), ..Filter::default() },
        Filter { tenant: Some("t-1".into()), ..Filter::default() },
        Filter { correlation_id: Some("c-3".into()), ..Filter::default() },
        Filter { recorded_from: Some(middle), ..Filter::default() },
        Filter { recorded_to: Some(middle), ..Filter::default() },
        Filter {
            category: Some("Item".into()),
            types: Some(vec![type_a]),
            tenant: Some("t-0".into()),
            correlation_id: Some("c-3".into()),
            recorded_from: Some(Timestamp::from_micros(0)),
            recorded_to: Some(Timestamp::from_micros(i64::MAX)),
        },
    ];
    for filter in filters {
        for (after, backwards) in [(None, false), (None, true), (Some(7), false), (Some(20), true)] {
            let range = LogRange { after: after.map(Position::new), limit: Some(4), backwards };
            let found = block_on(store.backend().read_all(range, &filter)).unwrap();
            let mut expected: Vec<_> = everything
                .iter()
                .filter(|event| filter.matches(event) && range.contains(event.position))
                .cloned()
                .collect();
            if backwards {
                expected.reverse();
            }
            expected.truncate(4);
            assert_eq!(found, expected, "{filter:?} {range:?}");
        }
    }
}

#[test]
fn a_category_is_what_stands_before_the_first_dash() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let stream_ids =
        ["Order-1", "Order-1-b", "order-1", "Order", "Orders-1", "-1", "日本-1", "日本", "O'r%_-1"];
    for stream_id in stream_ids {
        append(&store, stream_id, placed(1), ExpectedVersion::NoStream).unwrap();
    }
    for category in ["Order", "Order-1", "order", "Orde", "", "-", "日本", "日", "O'r%_", "%"] {
        let filter = Filter { category: Some(category.into()), ..Filter::default() };
        let found = block_on(store.backend().read_all(LogRange::default(), &filter)).unwrap();
        let found: Vec<_> = found.iter().map(|event| event.stream_id.as_str()).collect();
        let expected: Vec<_> = stream_ids.into_iter().filter(|id| category_of(id) == category).collect();
        assert_eq!(found, expected, "{category}");
    }
}

#[test]
fn an_older_snapshot_never_overwrites_a_newer() {
    let scratch = Scratch::new();
    let host = Arc::new(SystemHost);
    let store = SqliteStore::open(scratch.path(), host.clone(), SqliteOptions::default()).unwrap();
    let stream_id = StreamId::new("Order-1").unwrap();
    let snapshot = |state_version, version| Snapshot {
        stream_id: stream_id.clone(),
        name: "Order".to_owned(),
        state_version,
        version: Version::new(version),
        state: Json::parse(&format!("[{state_version}, {version}]")).unwrap(),
    };
    for (saved, kept) in
        [((1, 5), (1, 5)), ((1, 4), (1, 5)), ((1, 6), (1, 6)), ((2, 3), (2, 3)), ((1, 9), (2, 3))]
    {
        block_on(store.save_snapshot(snapshot(saved.0, saved.1))).unwrap();
        let found = block_on(store.load_snapshot(&stream_id, "Order")).unwrap();
        assert_eq!(found, Some(snapshot(kept.0, kept.1)));
    }
    assert_eq!(block_on(store.load_snapshot(&stream_id, "Other")).unwrap(), None);
    block_on(store.close()).unwrap();
    let store = SqliteStore::open(scratch.path(), host, SqliteOptions::default()).unwrap();
    let found = block_on(store.load_snapshot(&stream_id, "Order")).unwrap();
    assert_eq!(found, Some(snapshot(2, 3)));
}

#[test]
fn events_are_append_only_even_past_the_store() {
    let scratch = Scratch::filled(100);
    let raw = scratch.raw();
    for statement in ["UPDATE events SET type = 'Other'", "DELETE FROM events WHERE position = 1"] {
        let refused = raw.execute(statement, []).unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
}

#[test]
fn a_closed_store_holds_nothing() {
    let scratch = Scratch::filled(100);
    let store = scratch.open();
    let backend = store.backend();
    let range = ReadAll::default();
    block_on(store.read_all(range)).unwrap();
    block_on(store.close()).unwrap();
    block_on(store.close()).unwrap();
    assert_eq!(block_on(store.head()).unwrap_err().code(), "closed");
    let error = block_on(backend.head()).unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Failed);
    assert!(
        block_on(backend.append(&StreamId::new("Order-1").unwrap(), Vec::new(), ExpectedVersion::Any))
            .is_err()
    );
    let left: Vec<_> = fs::read_dir(scratch.directory()).unwrap().collect();
    assert_eq!(left.len(), 1, "the log was folded into the file");
    fs::remove_file(scratch.path()).unwrap();
}

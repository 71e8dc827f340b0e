use js_sys::JSON;
use onefold::{
    EventReader, ExpectedVersion, Filter, LogRange, Metadata, NewEvent, Position, Store, StoreError,
};
use onefold_indexeddb::{Export, Import, ImportError, IndexedDbStore};
use onefold_js::JsPayload;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{event, fresh_name, open};

#[wasm_bindgen_test]
async fn what_was_exported_is_imported_as_it_was() {
    let original = filled(2_500).await;
    let text = exported(original.backend()).await.unwrap();
    assert_eq!(text.lines().count(), 2_502);

    let copy = open(&fresh_name()).await;
    let mut import = Import::new();
    // However the text is cut up.
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let cut = rest.char_indices().nth(777).map_or(rest.len(), |(index, _)| index);
        let (part, beyond) = rest.split_at(cut);
        import.feed(part).unwrap();
        rest = beyond;
    }
    let restored = copy.backend().restore(import).await.unwrap();
    assert_eq!((restored.events, restored.head.get()), (2_500, 2_500));
    let all = async |store: &IndexedDbStore| {
        store.read_all(LogRange::default(), &Filter::default()).await.unwrap().events().unwrap()
    };
    assert_eq!(all(copy.backend()).await, all(original.backend()).await);
    assert_ne!(copy.epoch(), original.epoch());
    // It goes on from there.
    let next = copy.append("Order-0", vec![event(0)], ExpectedVersion::Any.into()).await.unwrap();
    assert_eq!(next.position, Position::new(2_501));
}

#[wasm_bindgen_test]
async fn only_an_empty_store_takes_a_backup() {
    let store = filled(3).await;
    let text = exported(store.backend()).await.unwrap();
    let refused = import(store.backend(), &text).await.unwrap_err();
    assert_eq!(refused.code(), "invalid_argument", "{refused}");
    assert_eq!(store.head().await.unwrap().get(), 3);
}

#[wasm_bindgen_test]
async fn a_bad_backup_writes_nothing_and_says_where_it_is_bad() {
    let text = exported(filled(3).await.backend()).await.unwrap();
    let lines: Vec<_> = text.lines().collect();
    let store = open(&fresh_name()).await;
    let with = |line: usize, text: &str| {
        let mut lines = lines.clone();
        lines[line] = text;
        lines.join("\n")
    };
    let swapped = |from: &str, to: &str| with(2, &lines[2].replace(from, to));
    for (bad, said) in [
        (String::new(), "ends before its last line"),
        (lines[..4].join("\n"), "ends before its last line"),
        ([&lines[..3], &lines[4..]].concat().join("\n"), "events are missing"),
        (lines[1..].join("\n"), "first line"),
        (format!("{text}{}", lines[1]), "goes on after"),
        (with(0, r#"{"format":"onefold-events","format_version":2}"#), "newer"),
        (with(2, "{\"id\":"), "JSON"),
        (with(2, "null"), "event 1 at `id`"),
        (with(2, lines[1]), "event 1 at `position`"),
        (swapped("\"position\":2", "\"position\":2.5"), "event 1 at `position`"),
        (swapped("\"version\":2", "\"version\":3"), "event 1 at `version`"),
        (swapped("\"type\":\"Counted\"", "\"type\":\"\""), "event 1 at `type`"),
        (swapped("\"stream_id\":\"Order-0\"", "\"stream_id\":7"), "event 1 at `stream_id`"),
        (swapped("\"recorded_at\":\"", "\"recorded_at\":\"on "), "event 1 at `recorded_at`"),
        (swapped("\"metadata\":{", "\"metadata\":{\"causation_id\":1,"), "event 1 at `metadata`"),
        (swapped("\"id\":\"", "\"id\":\"x"), "event 1 at `id`"),
    ] {
        let refused = import(store.backend(), &bad).await.unwrap_err();
        assert!(refused.to_string().contains(said), "{said}: {refused}");
    }
    assert_eq!(store.head().await.unwrap().get(), 0);
    import(store.backend(), &text).await.unwrap();
}

#[wasm_bindgen_test]
async fn moments_keep_their_microseconds() {
    for moment in ["2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00.250001Z", "1969-12-31T23:59:59.999999Z"] {
        let backup = format!(
            r#"{{"format":"onefold-events","format_version":1}}
{{"id":"0190f3c4-7b1e-7c3a-8f00-000000000000","type":"T","schema_version":1,"data":null,"metadata":{{}},"stream_id":"S","version":1,"position":1,"recorded_at":"{moment}"}}
{{"format":"onefold-events","events":1}}
"#
        );
        let store = open(&fresh_name()).await;
        import(store.backend(), &backup).await.unwrap();
        let id = "0190f3c4-7b1e-7c3a-8f00-000000000000".parse().unwrap();
        let event = store.find_event(id).await.unwrap().unwrap();
        assert_eq!(event.recorded_at, moment.parse().unwrap());
        assert_eq!(exported(store.backend()).await.unwrap().lines().nth(1), backup.lines().nth(1));
    }
}

async fn filled(events: u32) -> Store<IndexedDbStore> {
    let store = open(&fresh_name()).await;
    let mut first = 0;
    while first < events {
        let next = (first + 100).min(events);
        let stream_id = format!("Order-{}", first / 100 % 3);
        let events = (first..next).map(with_metadata).collect();
        store.append(&stream_id, events, ExpectedVersion::Any.into()).await.unwrap();
        first = next;
    }
    store
}

fn with_metadata(number: u32) -> NewEvent<JsPayload> {
    let extra = JSON::parse(r#"{"trace": ["a", null, {"__proto__": 1}]}"#).unwrap();
    let metadata = match number % 3 {
        0 => Metadata::none(),
        1 => Metadata::none().with_tenant("acme").with_correlation_id(format!("req-{number}")),
        _ => Metadata::none().with_causation_id("c").with_extra(JsPayload::take(&extra).unwrap()),
    };
    event(number).with_metadata(metadata).with_schema_version(1 + number % 2)
}

async fn exported(store: &IndexedDbStore) -> Result<String, StoreError> {
    let mut export = Export::new();
    let mut text = String::new();
    while let Some(lines) = export.next_lines(store).await? {
        text.push_str(&lines);
    }
    Ok(text)
}

async fn import(store: &IndexedDbStore, text: &str) -> Result<(), ImportError> {
    let mut import = Import::new();
    import.feed(text)?;
    store.restore(import).await.map(|_| ())
}

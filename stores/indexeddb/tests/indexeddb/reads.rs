//! Reads beside a plain list of all that was appended.

use futures_util::future::join_all;
use onefold::{
    Envelope, EventId, EventReader, EventType, EventWriter, ExpectedVersion, Filter, LogRange, Metadata,
    Page, Position, StoredEvent, StreamId, StreamRange, Version,
};
use onefold_indexeddb::IndexedDbStore;
use onefold_js::JsPayload;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Random, fresh_name, open_backend};

#[wasm_bindgen_test]
async fn every_range_and_filter_gives_what_a_plain_list_gives() {
    let mut random = Random(42);
    let store = open_backend(&fresh_name()).await.unwrap();
    fill(&store, &mut random, 400, 40).await;
    let all = everything(&store).await;
    assert!(all.len() > 4_000, "more than is scanned or listed at a time: {}", all.len());
    for _ in 0..300 {
        let range = LogRange {
            after: random.maybe(|random| Position::new(random.below(all.len() + 1) as u64)),
            limit: random.maybe(|random| random.below(50)),
            backwards: random.below(2) == 1,
        };
        let filter = some_filter(&mut random, &all);
        let expected = limited(
            all.iter().filter(|event| range.contains(event.position) && filter.matches(event)),
            range.limit,
            range.backwards,
        );
        let read = store.read_all(range, &filter).await.unwrap().events().unwrap();
        assert_eq!(positions(&read), expected, "{range:?} {filter:?}");
    }
    for _ in 0..300 {
        let stream_id = all[random.below(all.len())].stream_id.clone();
        let stream: Vec<_> = all.iter().filter(|event| event.stream_id == stream_id).collect();
        let range = StreamRange {
            from: random.maybe(|random| Version::new(random.below(stream.len() + 3) as u64)),
            limit: random.maybe(|random| random.below(50)),
            backwards: random.below(2) == 1,
        };
        let within = stream.into_iter().filter(|event| range.contains(event.version));
        let expected = limited(within, range.limit, range.backwards);
        let read = store.read_stream(&stream_id, range).await.unwrap().events().unwrap();
        assert_eq!(positions(&read), expected, "{stream_id} {range:?}");
    }
}

#[wasm_bindgen_test]
async fn a_tag_of_very_many_commits_is_read_to_its_end() {
    let mut random = Random(7);
    let store = open_backend(&fresh_name()).await.unwrap();
    fill(&store, &mut random, 4_500, 1).await;
    let filter = Filter { tenant: Some("acme".into()), ..Filter::default() };
    let all = everything(&store).await;
    for backwards in [false, true] {
        let expected = limited(all.iter().filter(|event| filter.matches(event)), None, backwards);
        assert!(expected.len() > 1_000, "more than are listed at a time: {}", expected.len());
        let read = store.read_all(LogRange { backwards, ..LogRange::default() }, &filter).await.unwrap();
        assert_eq!(positions(&read.events().unwrap()), expected);
    }
}

/// Appends to a few streams, up to `most` events each.
async fn fill(store: &IndexedDbStore, random: &mut Random, appends: usize, most: usize) {
    let commits: Vec<_> = (0..appends)
        .map(|_| {
            let stream_id =
                StreamId::new(format!("{}-{}", random.of(["Order", "Item"]), random.below(6))).unwrap();
            let events: Vec<_> = (0..=random.below(most)).map(|_| envelope(random)).collect();
            (stream_id, events)
        })
        .collect();
    let appends = commits
        .iter()
        .map(|(stream_id, events)| store.append(stream_id, events.clone(), ExpectedVersion::Any));
    for outcome in join_all(appends).await {
        outcome.unwrap();
    }
}

fn envelope(random: &mut Random) -> Envelope<JsPayload> {
    let mut metadata = Metadata::none();
    metadata.tenant = random.maybe(|random| random.of(["acme", "globex"]).into());
    metadata.correlation_id = random.maybe(|random| format!("req-{}", random.below(30)).into());
    Envelope {
        id: EventId::from_bytes((u128::from(random.next()) << 64 | u128::from(random.next())).to_be_bytes()),
        event_type: EventType::new(random.of(["Placed", "Shipped", "Paid"])).unwrap(),
        schema_version: 1,
        data: JsPayload::take(&1.0.into()).unwrap(),
        metadata,
    }
}

fn some_filter(random: &mut Random, all: &[StoredEvent<JsPayload>]) -> Filter {
    let moment = |random: &mut Random| all[random.below(all.len())].recorded_at;
    let rarely = |random: &mut Random| random.below(4) == 0;
    Filter {
        category: rarely(random).then(|| random.of(["Order", "Item", "Order-1"]).into()),
        types: rarely(random).then(|| {
            ["Placed", "Paid"]
                .into_iter()
                .take(random.below(3))
                .map(|name| EventType::new(name).unwrap())
                .collect()
        }),
        tenant: rarely(random).then(|| random.of(["acme", "globex", "nobody"]).into()),
        correlation_id: rarely(random).then(|| format!("req-{}", random.below(31)).into()),
        recorded_from: rarely(random).then(|| moment(random)),
        recorded_to: rarely(random).then(|| moment(random)),
    }
}

async fn everything(store: &IndexedDbStore) -> Vec<StoredEvent<JsPayload>> {
    let page = store.read_all(LogRange::default(), &Filter::default()).await.unwrap();
    let events = page.events().unwrap();
    assert_eq!(page.len(), events.len());
    let dense: Vec<_> = (1..=events.len() as u64).collect();
    assert_eq!(positions(&events), dense);
    events
}

fn limited<'e>(
    events: impl DoubleEndedIterator<Item = &'e StoredEvent<JsPayload>>,
    limit: Option<usize>,
    backwards: bool,
) -> Vec<u64> {
    let limit = limit.unwrap_or(usize::MAX);
    let position = |event: &StoredEvent<_>| event.position.get();
    if backwards {
        return events.rev().take(limit).map(position).collect();
    }
    events.take(limit).map(position).collect()
}

fn positions(events: &[StoredEvent<JsPayload>]) -> Vec<u64> {
    events.iter().map(|event| event.position.get()).collect()
}

//! Appends by several connections, as several tabs make them, beside a model of the store.

use std::collections::HashMap;

use futures_util::future::join_all;
use onefold::{AppendError, Appended, ExpectedVersion, NewEvent, ReadStream};
use onefold_js::JsPayload;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Random, event, event_with_id, fresh_name, numbers, open};

const STREAMS: [&str; 3] = ["Order-1", "Order-2", "Item-1"];

#[wasm_bindgen_test]
async fn whoever_appends_gets_what_one_alone_would_get() {
    let name = fresh_name();
    let stores = join_all((0..3).map(|_| open(&name))).await;
    let mut random = Random(11);
    let mut model = Model::default();
    for step in 0..300 {
        let store = &stores[random.below(stores.len())];
        // Those that are made at once share a transaction.
        let (appends, expected): (Vec<_>, Vec<_>) =
            (0..=random.below(3)).map(|_| model.some_append(&mut random)).unzip();
        let outcomes = join_all(
            appends.into_iter().map(|(stream, events, version)| store.append(stream, events, version.into())),
        );
        let outcomes: Vec<_> = outcomes.await.into_iter().map(Outcome::from).collect();
        assert_eq!(outcomes, expected, "step {step}");
    }
    assert!(model.written.len() > 150, "most are written");
    for store in &stores {
        assert_eq!(store.head().await.unwrap().get(), model.head);
        for (stream, (version, _)) in &model.ends {
            let page = store.read_stream(stream, ReadStream::default()).await.unwrap();
            assert_eq!(numbers(&page, "version").len() as u64, *version, "{stream}");
        }
    }
}

/// What an append comes to.
#[derive(Debug, PartialEq)]
enum Outcome {
    Appended { version: u64, position: u64, duplicate: bool },
    Conflict { actual: u64 },
    DuplicateIds,
    Failed(String),
}

impl From<Result<Appended, AppendError>> for Outcome {
    fn from(outcome: Result<Appended, AppendError>) -> Self {
        match outcome {
            Ok(Appended { version, position, duplicate, .. }) => {
                Self::Appended { version: version.get(), position: position.get(), duplicate }
            }
            Err(AppendError::Conflict(conflict)) => Self::Conflict { actual: conflict.actual.get() },
            Err(AppendError::DuplicateEvent(_)) => Self::DuplicateIds,
            Err(other) => Self::Failed(other.to_string()),
        }
    }
}

/// An append that was written.
#[derive(Clone, Copy)]
struct Written {
    stream: &'static str,
    ids: u64,
    events: u64,
    version: u64,
    position: u64,
}

/// The store as it must be.
#[derive(Default)]
struct Model {
    head: u64,
    ends: HashMap<&'static str, (u64, u64)>,
    written: Vec<Written>,
}

type Append = (&'static str, Vec<NewEvent<JsPayload>>, ExpectedVersion);

impl Model {
    fn some_append(&mut self, random: &mut Random) -> (Append, Outcome) {
        let stream = random.of(STREAMS);
        let (version, position) = self.end(stream);
        match random.below(8) {
            0 => {
                let others: Vec<_> = (0..version + 3).filter(|other| *other != version).collect();
                let expected = others[random.below(others.len())].into();
                ((stream, vec![event(0)], expected), Outcome::Conflict { actual: version })
            }
            1 => {
                let nothing = Outcome::Appended { version, position, duplicate: false };
                ((stream, vec![], ExpectedVersion::Any), nothing)
            }
            2 if !self.written.is_empty() => {
                let Written { stream, ids, events, version, position } =
                    self.written[random.below(self.written.len())];
                let repeated = Outcome::Appended { version, position, duplicate: true };
                ((stream, with_ids(ids, events), ExpectedVersion::Any), repeated)
            }
            3 if !self.written.is_empty() => {
                let Written { ids, events, .. } = self.written[random.below(self.written.len())];
                ((stream, with_ids(ids, events + 1), ExpectedVersion::Any), Outcome::DuplicateIds)
            }
            _ => self.write(random, stream),
        }
    }

    fn write(&mut self, random: &mut Random, stream: &'static str) -> (Append, Outcome) {
        let (version, _) = self.end(stream);
        let expected = random.maybe(|_| version.into()).unwrap_or(ExpectedVersion::Any);
        let ids = self.written.len() as u64;
        let events = 1 + random.below(3) as u64;
        let (version, position) = (version + events, self.head + events);
        self.head = position;
        self.ends.insert(stream, (version, position));
        self.written.push(Written { stream, ids, events, version, position });
        ((stream, with_ids(ids, events), expected), Outcome::Appended { version, position, duplicate: false })
    }

    fn end(&self, stream: &str) -> (u64, u64) {
        self.ends.get(stream).copied().unwrap_or_default()
    }
}

/// Events with ids that are greater than all before, so that a writer who knows these need not look for them.
fn with_ids(ids: u64, events: u64) -> Vec<NewEvent<JsPayload>> {
    (0..events).map(|index| event_with_id(u128::from(ids + 1) << 64 | u128::from(index))).collect()
}

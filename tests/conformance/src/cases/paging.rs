//! R4: pages hold nothing open between them.

use std::sync::Arc;

use onefold::{
    ExpectedVersion, Filter, ReadAll, ReadStream, RegistryBuilder, RegistrySpec, StoreOptions, Version,
};

use super::{event, everything, expecting, positions, versions};
use crate::harness::{fresh, open};
use crate::{Failure, Harness, Shared, check, equal};

/// Between two pages others may append, and a page goes on behind the last one: what is new comes at the end.
///
/// # Errors
/// How the store broke R4.
pub async fn hold_nothing_open<H: Harness>(harness: &H) -> Result<(), Failure> {
    let store = fresh(harness).await?;
    let append = async |stream: &str, count: usize| -> Result<(), Failure> {
        let events = (0..count).map(|number| event(0, number)).collect::<Result<_, _>>()?;
        store.append(stream, events, expecting(ExpectedVersion::Any)).await?;
        Ok(())
    };
    append("Order-1", 9).await?;
    let mut all = store.all_pager(everything())?.page_size(4);
    let mut stream = store.stream_pager("Order-1", ReadStream::default())?.page_size(4);
    let mut down =
        store.stream_pager("Order-1", ReadStream { backwards: true, ..ReadStream::default() })?.page_size(4);
    let (mut seen, mut read, mut read_down) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..3 {
        seen.extend(all.next_page(&store).await?.unwrap_or_default());
        read.extend(stream.next_page(&store).await?.unwrap_or_default());
        read_down.extend(down.next_page(&store).await?.unwrap_or_default());
        if round == 0 {
            append("Order-1", 1).await?;
            append("Cart-1", 1).await?;
        }
    }
    while let Some(page) = all.next_page(&store).await? {
        seen.extend(page);
        check(seen.len() <= 100, || "the pages do not end".into())?;
    }
    equal(
        "what the pages of the store gave",
        positions(&seen),
        positions(&store.read_all(everything()).await?),
    )?;
    equal("what the pages of the stream gave", versions(&read), (1..=10).collect())?;
    equal("what the pages downwards gave", versions(&read_down), (1..=9).rev().collect())
}

/// A page is never empty, however much the registry drops, and no page is longer than its size.
///
/// # Errors
/// How the store broke R1 or R4.
pub async fn are_never_empty<H: Harness>(harness: &H) -> Result<(), Failure> {
    let backend = Shared::new(harness.create().await?);
    let plain = open(&backend, StoreOptions::default())?;
    for number in 0..60 {
        let mut written = event(0, number)?;
        if number % 7 != 0 {
            written.schema_version = Some(1);
        } else {
            written.schema_version = Some(2);
        }
        plain.append("Order-1", vec![written], expecting(ExpectedVersion::Any)).await?;
    }
    let spec: RegistrySpec = serde_json::from_str(
        r#"{"types": [{"type": "Happened", "version": 2}], "upcasters": [{"type": "Happened", "from": 1, "split": []}]}"#,
    )?;
    let events = Some(Arc::new(RegistryBuilder::from_spec(spec).build()?));
    let store = open(&backend, StoreOptions { events, ..StoreOptions::default() })?;
    let expected: Vec<u64> = (0..60).step_by(7).map(|number| number + 1).collect();
    for backwards in [false, true] {
        let read = ReadAll { after: None, limit: None, backwards, filter: Filter::default() };
        let mut pages = store.all_pager(read)?.page_size(3);
        let mut seen = Vec::new();
        while let Some(page) = pages.next_page(&store).await? {
            check((1..=3).contains(&page.len()), || format!("a page of {} events", page.len()))?;
            seen.extend(versions(&page));
            check(seen.len() <= 100, || "the pages do not end".into())?;
        }
        if backwards {
            seen.reverse();
        }
        equal("what is left of the stream", seen, expected.clone())?;
    }
    equal("version", plain.stream_version("Order-1").await?, Version::new(60))
}

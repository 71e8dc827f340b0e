//! A2, A3, A5: appends at once.

use std::collections::HashSet;

use onefold::{AppendError, Appended, ExpectedVersion, ReadStream, Version};

use super::{event, event_with_id, everything, expecting, positions, versions};
use crate::harness::fresh;
use crate::parallel::at_once;
use crate::{Failure, Harness, check, equal};

/// 20 parallel appends at any version are all stored, densely, and each is told its own version.
///
/// # Errors
/// How the store broke A3.
pub async fn at_any_version<H: Harness>(harness: &H) -> Result<(), Failure> {
    let store = fresh(harness).await?;
    let appended = at_once(harness, 20, async |writer| {
        let events = vec![event(writer, 0)?, event(writer, 1)?];
        Ok(store.append("Order-1", events, expecting(ExpectedVersion::Any)).await?)
    })?;
    let stored = store.read_stream("Order-1", ReadStream::default()).await?;
    equal("versions", versions(&stored), (1..=40).collect())?;
    for (writer, appended) in appended.iter().enumerate() {
        check(!appended.duplicate, || format!("the append of writer {writer} is called a duplicate"))?;
        let own: Vec<_> =
            stored.iter().filter(|stored| stored.data.as_str().starts_with(&prefix(writer))).collect();
        let place = own.last().map(|last| (last.version, last.position));
        equal("where its append ended", Some((appended.version, appended.position)), place)?;
        equal("events of a writer", own.len(), 2)?;
    }
    check(positions(&stored).is_sorted_by(|one, next| one < next), || "positions do not grow".into())
}

/// Of 16 appends at the same exact version one is written; the others conflict and say at which version.
///
/// # Errors
/// How the store broke A2.
pub async fn at_one_version<H: Harness>(harness: &H) -> Result<(), Failure> {
    let store = fresh(harness).await?;
    for round in 0..4 {
        let expected = ExpectedVersion::Exact(Version::new(round));
        let won = at_once(harness, 16, async |writer| {
            match store.append("Order-1", vec![event(writer, 0)?], expecting(expected)).await {
                Ok(_) => Ok(true),
                Err(AppendError::Conflict(conflict)) => {
                    equal("what the conflict expected", conflict.expected, expected)?;
                    equal("where the conflict found it", conflict.actual.get(), round + 1)?;
                    Ok(false)
                }
                Err(error) => Err(error.into()),
            }
        })?;
        equal("appends that won", won.iter().filter(|won| **won).count(), 1)?;
    }
    equal("version", store.stream_version("Order-1").await?.get(), 4)
}

/// 8 writers to streams of their own get in each other's way nowhere.
///
/// # Errors
/// How the store broke A1 or A2.
pub async fn to_many_streams<H: Harness>(harness: &H) -> Result<(), Failure> {
    let store = fresh(harness).await?;
    at_once(harness, 8, async |writer| {
        for number in 0..10 {
            let expected = ExpectedVersion::Exact(Version::new(3 * u64::try_from(number)?));
            let events = (0..3).map(|part| event(writer, 3 * number + part)).collect::<Result<_, _>>()?;
            store.append(&format!("Order-{writer}"), events, expecting(expected)).await?;
        }
        Ok(())
    })?;
    let stored = store.read_all(everything()).await?;
    equal("events", stored.len(), 240)?;
    let distinct: HashSet<_> = positions(&stored).into_iter().collect();
    equal("distinct positions", distinct.len(), 240)?;
    for writer in 0..8 {
        let stream = store.read_stream(&format!("Order-{writer}"), ReadStream::default()).await?;
        equal("versions", versions(&stream), (1..=30).collect())?;
        let in_order = stream
            .iter()
            .enumerate()
            .all(|(number, stored)| stored.data.as_str() == format!("{}{number}}}", prefix(writer)));
        check(in_order, || format!("the events of writer {writer} are not in the order of their appends"))?;
    }
    Ok(())
}

/// The same append 12 times at once is written once; all are told the same version and position.
///
/// # Errors
/// How the store broke A5.
pub async fn identical<H: Harness>(harness: &H) -> Result<(), Failure> {
    let store = fresh(harness).await?;
    for (round, expected) in
        [ExpectedVersion::Any, ExpectedVersion::Exact(Version::new(3))].into_iter().enumerate()
    {
        let appended = at_once(harness, 12, async |_| {
            let events = (0..3).map(|number| event_with_id(round, number)).collect::<Result<_, _>>()?;
            Ok(store.append("Order-1", events, expecting(expected)).await?)
        })?;
        equal("appends that wrote", appended.iter().filter(|appended| !appended.duplicate).count(), 1)?;
        let places: HashSet<_> =
            appended.iter().map(|Appended { version, position, .. }| (*version, *position)).collect();
        equal("different answers", places.len(), 1)?;
        let stored = store.read_stream("Order-1", ReadStream::default()).await?;
        equal("versions", versions(&stored), (1..=3 * (u64::try_from(round)? + 1)).collect())?;
        let last = stored.last().map(|last| (last.version, last.position));
        equal("the answer", places.into_iter().next(), last)?;
    }
    Ok(())
}

/// Appends at once that share an id: one is written, the others are refused in full.
///
/// # Errors
/// How the store broke A1 or A5.
pub async fn overlapping_ids<H: Harness>(harness: &H) -> Result<(), Failure> {
    let store = fresh(harness).await?;
    let won = at_once(harness, 8, async |writer| {
        let events = vec![event_with_id(writer, 1)?, event_with_id(99, 0)?, event_with_id(writer, 2)?];
        match store.append(&format!("Order-{writer}"), events, expecting(ExpectedVersion::Any)).await {
            Ok(_) => Ok(true),
            Err(AppendError::DuplicateEvent(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    })?;
    equal("appends that won", won.iter().filter(|won| **won).count(), 1)?;
    let stored = store.read_all(everything()).await?;
    equal("events", stored.len(), 3)?;
    equal("versions", versions(&stored), vec![1, 2, 3])
}

fn prefix(writer: usize) -> String {
    format!("{{\"writer\":{writer},\"number\":")
}

//! R3: no event is ever skipped by a cursor, whatever writers do concurrently.

use std::sync::atomic::{AtomicUsize, Ordering};

use onefold::{
    After, EventStore, ExpectedVersion, Filter, Json, Position, ReadAll, ReadStream, Store, StoredEvent,
};

use serde::Deserialize;

use super::{event, everything, expecting, positions, versions};
use crate::harness::fresh;
use crate::parallel::at_once;
use crate::{Failure, Harness, Shared, check, equal};

const WRITERS: usize = 8;
const READERS: usize = 3;
const APPENDS: usize = 40;

/// What the data of an event tell.
#[derive(Deserialize)]
struct Told {
    writer: usize,
    number: usize,
}

/// While 8 writers append, readers that follow a cursor see every event, in order, exactly once.
///
/// # Errors
/// How the store broke R3.
pub async fn miss_nothing<H: Harness>(harness: &H) -> Result<(), Failure> {
    let store = fresh(harness).await?;
    let writing = AtomicUsize::new(WRITERS);
    let seen = at_once(harness, WRITERS + READERS, async |task| {
        if task < WRITERS {
            let written = write(&store, task).await;
            writing.fetch_sub(1, Ordering::SeqCst);
            written.map(|()| None)
        } else {
            follow(&store, task - WRITERS, &writing).await.map(Some)
        }
    })?;
    let stored = store.read_all(everything()).await?;
    let expected: usize =
        (0..WRITERS).map(|writer| (0..APPENDS).map(|number| batch(writer, number)).sum::<usize>()).sum();
    equal("events stored", stored.len(), expected)?;
    for (reader, seen) in seen.into_iter().flatten().enumerate() {
        let missing: Vec<_> =
            positions(&stored).into_iter().filter(|position| !seen.contains(position)).collect();
        check(missing.is_empty(), || {
            format!(
                "reader {reader} saw {} of {} events; it missed the positions {missing:?}",
                seen.len(),
                stored.len()
            )
        })?;
        equal("what a reader saw", seen, positions(&stored))?;
    }
    Ok(())
}

/// Whatever others append meanwhile, the position that an append gave is a cursor: reading goes on after it.
///
/// # Errors
/// How the store broke R5.
pub async fn own_positions<H: Harness>(harness: &H) -> Result<(), Failure> {
    let store = fresh(harness).await?;
    at_once(harness, WRITERS, async |writer| {
        for number in 0..APPENDS {
            let stream_id = format!("Order-{writer}");
            let events = vec![event(writer, number)?];
            let appended = store.append(&stream_id, events, expecting(ExpectedVersion::Any)).await?;
            let after = Some(After::Cursor(store.cursor(appended.position)));
            let later = store.read_all(ReadAll { after, ..ReadAll::default() }).await?;
            let wrong: Vec<_> =
                positions(&later).into_iter().filter(|later| *later <= appended.position.get()).collect();
            check(wrong.is_empty(), || format!("{wrong:?} come after {}", appended.position))?;
            let after = Some(After::Position(appended.position));
            store.read_all(ReadAll { after, backwards: true, ..ReadAll::default() }).await?;
        }
        Ok(())
    })
    .map(|_: Vec<()>| ())
}

/// While others append to it, every read of a stream is dense from version 1 and never shorter than one before.
///
/// # Errors
/// How the store broke A1 or R1.
pub async fn streams_are_dense<H: Harness>(harness: &H) -> Result<(), Failure> {
    let store = fresh(harness).await?;
    let writing = AtomicUsize::new(4);
    at_once(harness, 6, async |task| {
        if task < 4 {
            let written = write(&store, task).await;
            writing.fetch_sub(1, Ordering::SeqCst);
            return written;
        }
        let mut before = 0;
        while writing.load(Ordering::SeqCst) > 0 {
            let stored = store.read_stream("Order-0", ReadStream::default()).await?;
            let dense: Vec<_> = (1..=u64::try_from(stored.len())?).collect();
            equal("versions", versions(&stored), dense)?;
            check(stored.len() >= before, || format!("{} events after {before}", stored.len()))?;
            before = stored.len();
            std::thread::yield_now();
        }
        Ok(())
    })
    .map(|_: Vec<()>| ())
}

/// While others append, no reader ever sees a part of an append.
///
/// # Errors
/// How the store broke A1.
pub async fn see_appends_whole<H: Harness>(harness: &H) -> Result<(), Failure> {
    let store = fresh(harness).await?;
    let writing = AtomicUsize::new(4);
    at_once(harness, 6, async |task| {
        if task < 4 {
            let written = write(&store, task).await;
            writing.fetch_sub(1, Ordering::SeqCst);
            return written;
        }
        while writing.load(Ordering::SeqCst) > 0 {
            let stored = if task == 4 {
                store.read_all(everything()).await?
            } else {
                store.read_stream("Order-0", ReadStream::default()).await?
            };
            if let Some(last) = stored.last() {
                let Told { writer, number } = last.data.to()?;
                let whole = batch(writer, number / 10) - 1;
                check(number % 10 == whole, || {
                    format!("an append of {} is seen up to {}", whole + 1, number % 10 + 1)
                })?;
            }
            std::thread::yield_now();
        }
        Ok(())
    })
    .map(|_: Vec<()>| ())
}

async fn write<B: EventStore<Payload = Json, Page = Vec<StoredEvent<Json>>>>(
    store: &Store<Shared<B>>,
    writer: usize,
) -> Result<(), Failure> {
    for number in 0..APPENDS {
        let events = (0..batch(writer, number))
            .map(|part| event(writer, 10 * number + part))
            .collect::<Result<_, _>>()?;
        // Half of the appends meet in one stream, half have one of their own.
        let stream = if number % 2 == 0 { "Order-0".to_owned() } else { format!("Cart-{writer}") };
        store.append(&stream, events, expecting(ExpectedVersion::Any)).await?;
    }
    Ok(())
}

async fn follow<B: EventStore<Payload = Json, Page = Vec<StoredEvent<Json>>>>(
    store: &Store<Shared<B>>,
    reader: usize,
    writing: &AtomicUsize,
) -> Result<Vec<u64>, Failure> {
    let mut seen = Vec::new();
    let mut after = Position::ZERO;
    loop {
        // Asked before the read: what is written by then, the read must find.
        let done = writing.load(Ordering::SeqCst) == 0;
        let events = store.read_all(next_page(store.cursor(after), reader)).await?;
        check(ascending(&events, after), || format!("after {after} came {:?}", positions(&events)))?;
        if let Some(last) = events.last() {
            after = last.position;
        }
        seen.extend(positions(&events));
        if done && events.is_empty() {
            return Ok(seen);
        }
        std::thread::yield_now();
    }
}

/// Each reader reads in pages of another size.
fn next_page(cursor: String, reader: usize) -> ReadAll {
    let limit = [Some(1000), Some(7), None].into_iter().nth(reader).flatten();
    ReadAll { after: Some(After::Cursor(cursor)), limit, backwards: false, filter: Filter::default() }
}

fn ascending(events: &[StoredEvent<Json>], after: Position) -> bool {
    let all: Vec<_> = std::iter::once(after.get()).chain(positions(events)).collect();
    all.is_sorted_by(|one, next| one < next)
}

/// How many events an append has: 1 to 5.
const fn batch(writer: usize, number: usize) -> usize {
    1 + (writer + number) % 5
}

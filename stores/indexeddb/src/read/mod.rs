//! Reads within the caller's transaction. What is read lies in commits, so each read asks for the commits that
//! cover a span of versions or positions, both of which have no gaps, and takes out of them what belongs to it.

mod log;
mod span;

pub(crate) use log::log;

use js_sys::Array;
use onefold::{EventId, StoredEvent, StreamId, StreamRange};
use onefold_js::JsPayload;
use onefold_js::records::{from_record, number};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::IdbObjectStore;

use crate::dom::{Collector, Fault, covering, record_in, run_start, settled, stream_head};
use crate::ids::offset;
use crate::read::span::Span;
use crate::schema::{RUNS, STREAMS};

/// Events of one stream.
pub(crate) async fn stream(
    commits: &IdbObjectStore,
    stream_id: &StreamId,
    range: StreamRange,
) -> Result<Array, Fault> {
    let collector = Collector::new(true, range.backwards, limit(range.limit), &JsValue::UNDEFINED);
    let span = if range.backwards {
        let head = stream_head(commits, stream_id).await?.version;
        let last = range.from.map_or(head, |from| from.min(head));
        Span::down_from(number(last.get()), limit(range.limit))
    } else {
        Span::up_from(range.from.map_or(1.0, |from| number(from.get()).max(1.0)), limit(range.limit))
    };
    if let Some(Span { first, last }) = span {
        let streams = commits.index(STREAMS)?;
        let found = covering(&streams, &[stream_id.as_str()], first, last).await?;
        collector.take(&found, first, last);
    }
    Ok(collector.records())
}

/// The event of an id.
pub(crate) async fn find_event(
    commits: &IdbObjectStore,
    id: EventId,
) -> Result<Option<StoredEvent<JsPayload>>, Fault> {
    let Some(start) = run_start(commits, id).await? else {
        return Ok(None);
    };
    let first = start.to_string();
    let found = settled(commits.index(RUNS)?.get(&first.as_str().into())).await?;
    let record = record_in(&found, &first, offset(start, id));
    if record.is_undefined() {
        return Ok(None);
    }
    let event = from_record(record.unchecked_ref());
    event.map(Some).map_err(|error| Fault::new("DataError", &error.to_string()))
}

/// A limit as JavaScript counts.
fn limit(limit: Option<usize>) -> f64 {
    limit.map_or(f64::INFINITY, |limit| number(limit as u64))
}

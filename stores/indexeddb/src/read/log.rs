use js_sys::Array;
use onefold::{Filter, LogRange};
use onefold_js::records::{filter as js_filter, number};
use web_sys::{IdbIndex, IdbObjectStore};

use crate::dom::{Collector, Fault, covering, positions_tagged, store_head};
use crate::read::limit;
use crate::read::span::Span;
use crate::schema::TAGS;

/// As many positions are scanned at a time where a filter leaves out most.
const SCANNED: f64 = 2_000.0;

/// As many commits that have a tag are fetched at a time.
const FETCHED: usize = 100;

/// As many positions of commits that have a tag are listed at a time.
const LISTED: u32 = 1_000;

/// Events of the whole store that match.
pub(crate) async fn log(commits: &IdbObjectStore, range: LogRange, filter: &Filter) -> Result<Array, Fault> {
    let collector = Collector::new(false, range.backwards, limit(range.limit), &js_filter(filter));
    let is_filtered = *filter != Filter::default();
    let Some(span) = span(commits, range, is_filtered).await? else {
        return Ok(collector.records());
    };
    match tag(filter) {
        Some(tag) => tagged(&commits.index(TAGS)?, &tag, span, range.backwards, &collector).await?,
        None if is_filtered => scan(commits, span, range.backwards, &collector).await?,
        None => {
            let found = covering(commits, &[], span.first, span.last).await?;
            collector.take(&found, span.first, span.last);
        }
    }
    Ok(collector.records())
}

/// The positions among which to look.
async fn span(commits: &IdbObjectStore, range: LogRange, is_filtered: bool) -> Result<Option<Span>, Fault> {
    let limit = limit(range.limit);
    // What matches may be anywhere; else as many positions have as many events.
    let most = if is_filtered && limit > 0.0 { f64::INFINITY } else { limit };
    if !range.backwards {
        let first = range.after.map_or(1.0, |after| number(after.next().get()));
        return Ok(Span::up_from(first, most));
    }
    let last = match range.after {
        Some(after) => after.previous(),
        None => store_head(commits).await?,
    };
    Ok(Span::down_from(number(last.get()), most))
}

async fn scan(
    commits: &IdbObjectStore,
    mut span: Span,
    backwards: bool,
    collector: &Collector,
) -> Result<(), Fault> {
    span.last = span.last.min(number(store_head(commits).await?.get()));
    for Span { first, last } in span.parts(SCANNED, backwards) {
        let found = covering(commits, &[], first, last).await?;
        if !collector.take(&found, first, last) {
            break;
        }
    }
    Ok(())
}

/// The commits with a tag lie apart, so their positions are listed and they are fetched in batches.
async fn tagged(
    tags: &IdbIndex,
    tag: &[&str],
    span: Span,
    backwards: bool,
    collector: &Collector,
) -> Result<(), Fault> {
    let mut from = span.first;
    loop {
        // There is no listing downwards: all of them are listed then.
        let most = if backwards { u32::MAX } else { LISTED };
        let mut positions = positions_tagged(tags, tag, from, most).await?;
        let listed = positions.len();
        // The last commit may reach beyond the span.
        let beyond = positions.iter().position(|position| *position >= span.last);
        positions.truncate(beyond.map_or(listed, |index| index + 1));
        if backwards {
            positions.reverse();
        }
        for batch in positions.chunks(FETCHED) {
            let (Some(one), Some(other)) = (batch.first(), batch.last()) else {
                break;
            };
            let found = covering(tags, tag, one.min(*other), one.max(*other)).await?;
            if !collector.take(&found, span.first, span.last) {
                return Ok(());
            }
        }
        let is_done = backwards || beyond.is_some() || listed < LISTED as usize;
        let Some(last) = positions.last().filter(|_| !is_done) else {
            return Ok(());
        };
        from = last + 1.0;
    }
}

/// The tag by which what matches is found soonest: a correlation id has fewer events than a tenant.
fn tag(filter: &Filter) -> Option<[&str; 2]> {
    let by_correlation = filter.correlation_id.as_deref().map(|id| ["correlationId", id]);
    by_correlation.or(filter.tenant.as_deref().map(|tenant| ["tenant", tenant]))
}

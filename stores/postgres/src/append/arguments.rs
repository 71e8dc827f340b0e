//! What is handed to the functions in the schema that append.

use std::borrow::Cow;

use onefold::{Envelope, EventType, ExpectedVersion, Json};
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use crate::append::group::Request;
use crate::rows::integer;
use crate::text::escaped;

/// The arguments of `append` in the schema: arrays by stream, then arrays by event.
#[derive(Default)]
pub(super) struct Columns<'r> {
    streams: Vec<&'r str>,
    expected: Vec<i64>,
    counts: Vec<i64>,
    of: Vec<i32>,
    nth: Vec<i32>,
    ids: Vec<Uuid>,
    types: Vec<&'r str>,
    schema_versions: Vec<i64>,
    categories: Vec<&'r str>,
    tenants: Vec<Option<Cow<'r, str>>>,
    correlation_ids: Vec<Option<Cow<'r, str>>>,
    causation_ids: Vec<Option<Cow<'r, str>>>,
    extras: Vec<Option<&'r str>>,
    datas: Vec<&'r str>,
}

impl<'r> Columns<'r> {
    pub(super) fn of(requests: &[&'r Request]) -> Self {
        let mut columns = Self::default();
        for (place, request) in (1..).zip(requests) {
            columns.streams.push(request.stream_id.as_str());
            columns.expected.push(expected(request.expected));
            columns.counts.push(integer(request.events.len() as u64));
            for (nth, event) in (1..).zip(request.events.iter()) {
                columns.of.push(place);
                columns.nth.push(nth);
                columns.categories.push(request.stream_id.category());
                columns.push(event);
            }
        }
        columns
    }

    fn push(&mut self, event: &'r Envelope<Json>) {
        self.ids.push(event.id.uuid());
        self.types.push(EventType::as_str(&event.event_type));
        self.schema_versions.push(event.schema_version.into());
        self.tenants.push(event.metadata.tenant.as_deref().map(escaped));
        self.correlation_ids.push(event.metadata.correlation_id.as_deref().map(escaped));
        self.causation_ids.push(event.metadata.causation_id.as_deref().map(escaped));
        self.extras.push(event.metadata.extra.as_ref().map(Json::as_str));
        self.datas.push(event.data.as_str());
    }

    pub(super) fn params(&self) -> [(&(dyn ToSql + Sync), Type); 14] {
        [
            (&self.streams, Type::TEXT_ARRAY),
            (&self.expected, Type::INT8_ARRAY),
            (&self.counts, Type::INT8_ARRAY),
            (&self.of, Type::INT4_ARRAY),
            (&self.nth, Type::INT4_ARRAY),
            (&self.ids, Type::UUID_ARRAY),
            (&self.types, Type::TEXT_ARRAY),
            (&self.schema_versions, Type::INT8_ARRAY),
            (&self.categories, Type::TEXT_ARRAY),
            (&self.tenants, Type::TEXT_ARRAY),
            (&self.correlation_ids, Type::TEXT_ARRAY),
            (&self.causation_ids, Type::TEXT_ARRAY),
            (&self.extras, Type::TEXT_ARRAY),
            (&self.datas, Type::TEXT_ARRAY),
        ]
    }
}

/// The arguments of `append_one` in the schema.
pub(super) struct One<'r> {
    stream: &'r str,
    expected: i64,
    id: Uuid,
    event_type: &'r str,
    schema_version: i64,
    category: &'r str,
    tenant: Option<Cow<'r, str>>,
    correlation_id: Option<Cow<'r, str>>,
    causation_id: Option<Cow<'r, str>>,
    extra: Option<&'r str>,
    data: &'r str,
}

impl<'r> One<'r> {
    pub(super) fn of(request: &'r Request, event: &'r Envelope<Json>) -> Self {
        Self {
            stream: request.stream_id.as_str(),
            expected: expected(request.expected),
            id: event.id.uuid(),
            event_type: EventType::as_str(&event.event_type),
            schema_version: event.schema_version.into(),
            category: request.stream_id.category(),
            tenant: event.metadata.tenant.as_deref().map(escaped),
            correlation_id: event.metadata.correlation_id.as_deref().map(escaped),
            causation_id: event.metadata.causation_id.as_deref().map(escaped),
            extra: event.metadata.extra.as_ref().map(Json::as_str),
            data: event.data.as_str(),
        }
    }

    pub(super) fn params(&self) -> [(&(dyn ToSql + Sync), Type); 11] {
        [
            (&self.stream, Type::TEXT),
            (&self.expected, Type::INT8),
            (&self.id, Type::UUID),
            (&self.event_type, Type::TEXT),
            (&self.schema_version, Type::INT8),
            (&self.category, Type::TEXT),
            (&self.tenant, Type::TEXT),
            (&self.correlation_id, Type::TEXT),
            (&self.causation_id, Type::TEXT),
            (&self.extra, Type::TEXT),
            (&self.data, Type::TEXT),
        ]
    }
}

/// An expected version as `append` in the schema takes it.
fn expected(expected: ExpectedVersion) -> i64 {
    match expected {
        ExpectedVersion::Any => -1,
        ExpectedVersion::StreamExists => -2,
        ExpectedVersion::NoStream => 0,
        ExpectedVersion::Exact(version) => integer(version.get()),
    }
}

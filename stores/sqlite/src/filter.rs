use onefold::{EventType, Filter, LogRange, Position, StoreError, StoredEvent};

use crate::connection::Connection;
use crate::driver::{Driver, Param};
use crate::read::{events, limit};
use crate::rows::{event_columns, integer};

/// Events of the whole store that match.
pub(crate) fn log<D: Driver>(
    connection: &Connection<D>,
    range: LogRange,
    filter: &Filter,
) -> Result<Vec<StoredEvent<D::Payload>>, StoreError> {
    let types = filter.types.as_ref().map(|types| {
        let names: Vec<_> = types.iter().map(EventType::as_str).collect();
        serde_json::json!(names).to_string()
    });
    let mut statement = Statement::new(range);
    if let Some(category) = &filter.category {
        statement.matching("category =", Param::Text(category));
    }
    if let Some(types) = &types {
        // One statement for any number of types.
        statement.matching("type IN (SELECT value FROM json_each(", Param::Text(types));
        statement.sql.push_str("))");
    }
    if let Some(tenant) = &filter.tenant {
        statement.matching("tenant =", Param::Text(tenant));
    }
    if let Some(id) = &filter.correlation_id {
        statement.matching("correlation_id =", Param::Text(id));
    }
    if let Some(from) = filter.recorded_from {
        statement.matching("recorded_at >=", Param::Integer(from.as_micros()));
    }
    if let Some(to) = filter.recorded_to {
        statement.matching("recorded_at <", Param::Integer(to.as_micros()));
    }
    statement.finish(range);
    events(connection, &statement.sql, &statement.params)
}

/// A statement with the conditions that are given, and no others: SQLite then finds the index that serves them.
struct Statement<'p, P> {
    sql: String,
    params: Vec<Param<'p, P>>,
}

impl<'p, P> Statement<'p, P> {
    fn new(range: LogRange) -> Self {
        let (sql, all) = if range.backwards {
            (concat!(event_columns!(), "WHERE position < ?1"), i64::MAX)
        } else {
            (concat!(event_columns!(), "WHERE position > ?1"), 0)
        };
        let after = range.after.map_or(all, |after: Position| integer(after.get()));
        Self {
            sql: sql.to_owned(),
            params: vec![Param::Integer(after)],
        }
    }

    fn matching(&mut self, condition: &str, param: Param<'p, P>) {
        self.params.push(param);
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.sql.push_str(" ?");
    }

    fn finish(&mut self, range: LogRange) {
        self.sql.push_str(if range.backwards {
            " ORDER BY position DESC LIMIT ?"
        } else {
            " ORDER BY position LIMIT ?"
        });
        self.params.push(limit(range.limit));
    }
}

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
    let statement = Statement::new(range, filter, types.as_deref());
    events(connection, &statement.sql, &statement.params)
}

/// A statement with the conditions that are given, and no others: SQLite then finds the index that serves them.
struct Statement<'p, P> {
    sql: String,
    params: Vec<Param<'p, P>>,
}

impl<'p, P> Statement<'p, P> {
    /// `types` are those of the filter, as a JSON array.
    fn new(range: LogRange, filter: &'p Filter, types: Option<&'p str>) -> Self {
        let mut statement = Self::within(range);
        if let Some(category) = &filter.category {
            statement.matching("category =", Param::Text(category));
        }
        if let Some(types) = types {
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
        statement.sql.push_str(if range.backwards {
            " ORDER BY position DESC LIMIT ?"
        } else {
            " ORDER BY position LIMIT ?"
        });
        statement.params.push(limit(range.limit));
        statement
    }

    fn within(range: LogRange) -> Self {
        let (sql, all) = if range.backwards {
            (concat!(event_columns!(), "WHERE position < ?1"), i64::MAX)
        } else {
            (concat!(event_columns!(), "WHERE position > ?1"), 0)
        };
        let after = range.after.map_or(all, |after: Position| integer(after.get()));
        Self { sql: sql.to_owned(), params: vec![Param::Integer(after)] }
    }

    fn matching(&mut self, condition: &str, param: Param<'p, P>) {
        self.params.push(param);
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.sql.push_str(" ?");
    }
}

#[cfg(test)]
#[cfg(feature = "native")]
mod tests {
    use std::sync::Arc;

    use onefold::SystemHost;

    use super::*;
    use crate::driver::{Row, Rusqlite};
    use crate::options::SqliteOptions;
    use crate::store::SqliteStore;

    #[test]
    fn every_filter_with_an_index_uses_it_and_none_sorts() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("shop.db");
        let store = SqliteStore::open(path, Arc::new(SystemHost), SqliteOptions::default()).unwrap();
        let text = Some("x".into());
        let none = Filter::default();
        for (filter, way) in [
            (none.clone(), "USING INTEGER PRIMARY KEY"),
            (Filter { category: text.clone(), ..none.clone() }, "USING INTEGER PRIMARY KEY"),
            (Filter { tenant: text.clone(), ..none.clone() }, "USING INDEX events_by_tenant"),
            (Filter { correlation_id: text, ..none }, "USING INDEX events_by_correlation_id"),
        ] {
            for backwards in [false, true] {
                let range = LogRange { backwards, ..LogRange::default() };
                let statement = Statement::new(range, &filter, Some("[]"));
                let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
                let explain = |connection: &Connection<Rusqlite>| {
                    let mut plan = String::new();
                    connection.query(&sql, &statement.params, |row| {
                        plan.push_str(&row.text(3)?);
                        Ok(())
                    })?;
                    Ok(plan)
                };
                let plan = store.connections.read(explain).unwrap();
                assert!(plan.contains(way), "{plan}");
                assert!(!plan.contains("ORDER BY"), "{plan}");
            }
        }
    }
}

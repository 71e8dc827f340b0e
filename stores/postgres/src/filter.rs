use std::fmt::Write;

use onefold::{EventType, Filter, Json, LogRange, Position, StoreError, StoredEvent};
use tokio_postgres::types::{ToSql, Type};

use crate::pool::Pool;
use crate::read::readable;
use crate::rows::{EVENT_COLUMNS, Moment, events, integer, limit};
use crate::schema::SchemaName;
use crate::session::Plan;
use crate::text::escaped;

/// Events of the whole store that match.
pub(crate) async fn log(
    pool: &Pool,
    schema: &SchemaName,
    range: LogRange,
    filter: &Filter,
) -> Result<Vec<StoredEvent<Json>>, StoreError> {
    let readable = readable(pool, schema).await?;
    let statement = Statement::new(schema, range, filter, readable);
    let params: Vec<(&(dyn ToSql + Sync), Type)> =
        statement.params.iter().map(|(value, of)| (value.as_ref() as _, of.clone())).collect();
    events(pool, Plan::Anew, &statement.sql, &params).await
}

/// A statement with the conditions that are given, and no others: PostgreSQL then finds the index that serves them,
/// which depends on how many events there are of what is asked for.
struct Statement {
    sql: String,
    params: Vec<(Box<dyn ToSql + Sync + Send>, Type)>,
}

impl Statement {
    fn new(schema: &SchemaName, range: LogRange, filter: &Filter, readable: i64) -> Self {
        let mut statement = Self { sql: schema.fill(EVENT_COLUMNS), params: Vec::new() };
        statement.matching("WHERE position <=", readable, Type::INT8);
        if let Some(after) = range.after {
            let side = if range.backwards { "AND position <" } else { "AND position >" };
            statement.matching(side, integer(Position::get(after)), Type::INT8);
        }
        if let Some(category) = &filter.category {
            statement.matching("AND category =", escaped(category).into_owned(), Type::TEXT);
        }
        match filter.types.as_deref() {
            None => {}
            // One type has its events in the order of positions in the index.
            Some([name]) => statement.matching("AND type =", name.to_string(), Type::TEXT),
            Some(types) => {
                let names: Vec<_> = types.iter().map(EventType::to_string).collect();
                statement.matching("AND type = ANY", names, Type::TEXT_ARRAY);
            }
        }
        if let Some(tenant) = &filter.tenant {
            statement.matching("AND tenant =", escaped(tenant).into_owned(), Type::TEXT);
        }
        if let Some(id) = &filter.correlation_id {
            statement.matching("AND correlation_id =", escaped(id).into_owned(), Type::TEXT);
        }
        if let Some(from) = filter.recorded_from {
            statement.matching("AND recorded_at >=", Moment(from), Type::TIMESTAMPTZ);
            statement.bounded(schema, "AND position >= (SELECT {schema}.first_since(");
        }
        if let Some(to) = filter.recorded_to {
            statement.matching("AND recorded_at <", Moment(to), Type::TIMESTAMPTZ);
            statement.bounded(schema, "AND position <= (SELECT {schema}.last_before(");
        }
        statement.sql.push_str(if range.backwards {
            " ORDER BY position DESC"
        } else {
            " ORDER BY position"
        });
        statement.matching("LIMIT", limit(range.limit), Type::INT8);
        statement
    }

    /// Bounds positions by the moment that was the last parameter. As a query of its own it is asked for once.
    fn bounded(&mut self, schema: &SchemaName, bound: &str) {
        let (bound, moment) = (schema.fill(bound), format!("${}", self.params.len()));
        let near = schema.fill("{schema}.near");
        // Writing to a string cannot fail.
        let _ = write!(self.sql, " {bound}{moment}, {near}({moment})))");
    }

    fn matching(&mut self, condition: &str, value: impl ToSql + Sync + Send + 'static, of: Type) {
        self.params.push((Box::new(value), of));
        // Writing to a string cannot fail.
        let _ = write!(self.sql, " {condition} (${})", self.params.len());
    }
}

use std::borrow::Cow;
use std::sync::Arc;

use onefold::{EventId, EventType, Metadata, Position, StoredEvent, StreamId, Timestamp, Version};

use crate::driver::{DriverError, Row};

/// How many different types are remembered while rows are read.
const TYPES: usize = 8;

/// What a statement selects for [`EventRows`], in its order.
macro_rules! event_columns {
    () => {
        "SELECT position, stream_id, version, id, type, schema_version, recorded_at, \
         correlation_id, causation_id, tenant, extra, data FROM events "
    };
}
pub(crate) use event_columns;

/// Makes events of rows. Texts that repeat from row to row are shared, not copied.
pub(crate) struct EventRows<P> {
    pub(crate) events: Vec<StoredEvent<P>>,
    stream_ids: Recent<StreamId>,
    types: Recent<EventType>,
    correlation_ids: Recent<Arc<str>>,
    causation_ids: Recent<Arc<str>>,
    tenants: Recent<Arc<str>>,
}

impl<P> EventRows<P> {
    pub(crate) const fn new() -> Self {
        Self {
            events: Vec::new(),
            stream_ids: Recent::new(1),
            types: Recent::new(TYPES),
            correlation_ids: Recent::new(1),
            causation_ids: Recent::new(1),
            tenants: Recent::new(1),
        }
    }

    pub(crate) fn push<R: Row<Payload = P>>(&mut self, row: &R) -> Result<(), DriverError> {
        self.events.push(StoredEvent {
            position: Position::new(number(row, 0)?),
            stream_id: self.stream_ids.share(row.text(1)?, StreamId::from_stored),
            version: Version::new(number(row, 2)?),
            id: EventId::from_bytes(row.uuid(3)?),
            event_type: self.types.share(row.text(4)?, EventType::from_stored),
            schema_version: number(row, 5)?,
            recorded_at: Timestamp::from_micros(row.integer(6)?),
            part: 0,
            metadata: Metadata {
                correlation_id: shared_text(&mut self.correlation_ids, row, 7)?,
                causation_id: shared_text(&mut self.causation_ids, row, 8)?,
                tenant: shared_text(&mut self.tenants, row, 9)?,
                extra: if row.is_null(10)? { None } else { Some(row.payload(10)?) },
            },
            data: row.payload(11)?,
        });
        Ok(())
    }
}

/// A column that counts something.
pub(crate) fn number<N: TryFrom<i64>>(row: &impl Row, column: usize) -> Result<N, DriverError> {
    N::try_from(row.integer(column)?).map_err(|_| DriverError::in_column(column, "count"))
}

/// A number as SQLite holds it. Ours end at 2^53 - 1.
pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn shared_text(
    recent: &mut Recent<Arc<str>>,
    row: &impl Row,
    column: usize,
) -> Result<Option<Arc<str>>, DriverError> {
    if row.is_null(column)? {
        return Ok(None);
    }
    Ok(Some(recent.share(row.text(column)?, |text| text)))
}

/// The texts seen last.
struct Recent<T> {
    texts: Vec<T>,
    capacity: usize,
    oldest: usize,
}

impl<T: AsRef<str> + Clone> Recent<T> {
    const fn new(capacity: usize) -> Self {
        Self { texts: Vec::new(), capacity, oldest: 0 }
    }

    fn share(&mut self, text: Cow<'_, str>, make: impl FnOnce(Arc<str>) -> T) -> T {
        if let Some(known) = self.texts.iter().find(|known| known.as_ref() == text) {
            return known.clone();
        }
        let new = make(text.into());
        match self.texts.get_mut(self.oldest) {
            Some(oldest) => *oldest = new.clone(),
            None => self.texts.push(new.clone()),
        }
        self.oldest = (self.oldest + 1) % self.capacity;
        new
    }
}

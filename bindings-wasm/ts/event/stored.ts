import type { StoredRecord } from "../../../js/modules/records.js";
import type { Event, StoredEvent } from "./event.js";

/** The events that users see, made of records: each has objects of its own. */
export function storedEvents<E extends Event>(records: readonly StoredRecord[]): StoredEvent<E>[] {
  return records.map(storedEvent) as StoredEvent<E>[];
}

/** The event that users see, made of a record. */
export function storedEvent(record: StoredRecord): StoredEvent {
  return {
    id: record.id,
    type: record.type,
    data: record.data,
    metadata: record.metadata as StoredEvent["metadata"],
    schemaVersion: record.schemaVersion,
    streamId: record.streamId,
    version: record.version,
    position: record.position,
    part: record.part,
    recordedAt: new Date(record.recordedAt / 1000),
  };
}

/**
 * Records: stored events as a store keeps them, in plain JavaScript objects that can be cloned and written as they
 * are. A page is an array of them.
 * @module
 */

/**
 * @typedef {object} Metadata
 * @property {string | undefined} [correlationId]
 * @property {string | undefined} [causationId]
 * @property {string | undefined} [tenant]
 * @property {Record<string, unknown> | undefined} [extra]
 */

/**
 * A stored event. `recordedAt` counts microseconds since 1970, so that nothing of another language's is lost.
 * @typedef {object} StoredRecord
 * @property {string} id
 * @property {string} type
 * @property {number} schemaVersion
 * @property {number} part
 * @property {unknown} data
 * @property {Metadata} metadata
 * @property {string} streamId
 * @property {number} version
 * @property {number} position
 * @property {number} recordedAt
 */

/**
 * The text of a UUID, given its bits in four words.
 * @param {number} a
 * @param {number} b
 * @param {number} c
 * @param {number} d
 * @returns {string}
 */
export function uuid(a, b, c, d) {
  const hyphen = 45;
  // biome-ignore format: four digits a line
  return String.fromCharCode(
    digit(a >>> 28), digit(a >>> 24), digit(a >>> 20), digit(a >>> 16),
    digit(a >>> 12), digit(a >>> 8), digit(a >>> 4), digit(a), hyphen,
    digit(b >>> 28), digit(b >>> 24), digit(b >>> 20), digit(b >>> 16), hyphen,
    digit(b >>> 12), digit(b >>> 8), digit(b >>> 4), digit(b), hyphen,
    digit(c >>> 28), digit(c >>> 24), digit(c >>> 20), digit(c >>> 16), hyphen,
    digit(c >>> 12), digit(c >>> 8), digit(c >>> 4), digit(c),
    digit(d >>> 28), digit(d >>> 24), digit(d >>> 20), digit(d >>> 16),
    digit(d >>> 12), digit(d >>> 8), digit(d >>> 4), digit(d),
  );
}

/**
 * The code of a hexadecimal digit, given its four bits below any others.
 * @param {number} bits
 */
function digit(bits) {
  const value = bits & 15;
  return value < 10 ? value + 48 : value + 87;
}

/** @type {Metadata} */
const NO_METADATA = Object.freeze({});

/**
 * Makes a record. All but those that are kept are made here: objects of one shape are the fastest to read.
 * @param {string} id
 * @param {string} type
 * @param {number} schemaVersion
 * @param {number} part
 * @param {unknown} data
 * @param {Metadata} metadata
 * @param {string} streamId
 * @param {number} version
 * @param {number} position
 * @param {number} recordedAt
 * @returns {StoredRecord}
 */
export function record(id, type, schemaVersion, part, data, metadata, streamId, version, position, recordedAt) {
  return { id, type, schemaVersion, part, data, metadata, streamId, version, position, recordedAt };
}

/**
 * Makes a record at the end of others; with a log, also at the end of that, to be kept there.
 * @param {StoredRecord[]} records
 * @param {StoredRecord[] | undefined} log
 * @param {string} id
 * @param {string} type
 * @param {number} schemaVersion
 * @param {number} part
 * @param {unknown} data
 * @param {Metadata | undefined} metadata
 * @param {string} streamId
 * @param {number} version
 * @param {number} position
 * @param {number} recordedAt
 */
export function addRecord(
  records,
  log,
  id,
  type,
  schemaVersion,
  part,
  data,
  metadata,
  streamId,
  version,
  position,
  recordedAt,
) {
  const given = metadata ?? NO_METADATA;
  if (log === undefined) {
    records.push(record(id, type, schemaVersion, part, data, given, streamId, version, position, recordedAt));
    return;
  }
  // A literal of its own: V8 learns by the place in the code how long objects live, and would take all records for old.
  const kept = { id, type, schemaVersion, part, data, metadata: given, streamId, version, position, recordedAt };
  records.push(kept);
  // A reader that writes into it must not write into the store.
  log.push(Object.freeze(kept));
}

/**
 * The version of the last record; 0 where there is none.
 * @param {StoredRecord[]} records
 */
export function lastVersion(records) {
  return records[records.length - 1]?.version ?? 0;
}

/**
 * The position of the last record; 0 where there is none.
 * @param {StoredRecord[]} records
 */
export function lastPosition(records) {
  return records[records.length - 1]?.position ?? 0;
}

/**
 * Metadata as a record has it.
 * @param {string | undefined} correlationId
 * @param {string | undefined} causationId
 * @param {string | undefined} tenant
 * @param {Record<string, unknown> | undefined} extra
 * @returns {Metadata}
 */
export function metadata(correlationId, causationId, tenant, extra) {
  /** @type {Metadata} */
  const made = {};
  if (correlationId !== undefined) made.correlationId = correlationId;
  if (causationId !== undefined) made.causationId = causationId;
  if (tenant !== undefined) made.tenant = tenant;
  if (extra !== undefined) made.extra = extra;
  return Object.freeze(made);
}

/**
 * The metadata of most events.
 * @returns {Metadata}
 */
export function noMetadata() {
  return NO_METADATA;
}

/**
 * The records with the time and the positions that a store gave them after a version of their stream.
 * @param {StoredRecord[]} records
 * @param {number} after
 * @param {number} recordedAt
 * @param {number} first the position of the first
 * @param {Float64Array | undefined} positions the position of each, where they do not count up by one
 * @returns {StoredRecord[]}
 */
export function recorded(records, after, recordedAt, first, positions) {
  return records.map((r) => {
    const place = r.version - after - 1;
    const position = positions === undefined ? first + place : (positions[place] ?? r.position);
    return record(
      r.id,
      r.type,
      r.schemaVersion,
      r.part,
      r.data,
      r.metadata,
      r.streamId,
      r.version,
      position,
      recordedAt,
    );
  });
}

/**
 * Which records of the whole store: those that match every field given. Moments are in microseconds.
 * @typedef {object} Filter
 * @property {string | undefined} [category]
 * @property {Set<string> | undefined} [types]
 * @property {string | undefined} [tenant]
 * @property {string | undefined} [correlationId]
 * @property {number | undefined} [recordedFrom]
 * @property {number | undefined} [recordedTo]
 */

/**
 * Makes a filter; nothing where every record matches.
 * @param {string | undefined} category
 * @param {string[] | undefined} types
 * @param {string | undefined} tenant
 * @param {string | undefined} correlationId
 * @param {number | undefined} recordedFrom
 * @param {number | undefined} recordedTo
 * @returns {Filter | undefined}
 */
export function filter(category, types, tenant, correlationId, recordedFrom, recordedTo) {
  const given = [category, types, tenant, correlationId, recordedFrom, recordedTo];
  if (given.every((field) => field === undefined)) return undefined;
  return { category, types: types && new Set(types), tenant, correlationId, recordedFrom, recordedTo };
}

/**
 * Whether a record matches.
 * @param {Filter | undefined} filter
 * @param {StoredRecord} record
 * @returns {boolean}
 */
export function matches(filter, record) {
  if (filter === undefined) return true;
  return (
    (filter.category === undefined || categoryOf(record.streamId) === filter.category) &&
    (filter.types === undefined || filter.types.has(record.type)) &&
    (filter.tenant === undefined || record.metadata.tenant === filter.tenant) &&
    (filter.correlationId === undefined || record.metadata.correlationId === filter.correlationId) &&
    (filter.recordedFrom === undefined || record.recordedAt >= filter.recordedFrom) &&
    (filter.recordedTo === undefined || record.recordedAt < filter.recordedTo)
  );
}

/**
 * The category of a stream: the text before its first `-`.
 * @param {string} streamId
 * @returns {string}
 */
export function categoryOf(streamId) {
  const end = streamId.indexOf("-");
  return end < 0 ? streamId : streamId.slice(0, end);
}

/**
 * Stored events as lines of JSON, with the names of the wire.
 * @module
 */

/** @typedef {import("../../../js/modules/records.js").StoredRecord} StoredRecord */

/**
 * The line of a record, with its line feed.
 * @param {StoredRecord} record
 */
export function recordLine({ id, type, schemaVersion, data, metadata, streamId, version, position, recordedAt }) {
  const { correlationId: correlation_id, causationId: causation_id, tenant, extra } = metadata;
  const wire = {
    id,
    type,
    schema_version: schemaVersion,
    data,
    metadata: { correlation_id, causation_id, tenant, extra },
    stream_id: streamId,
    version,
    position,
    recorded_at: momentText(recordedAt),
  };
  return `${JSON.stringify(wire)}\n`;
}

/**
 * The first field of a wire event that is missing or not as it must be; nothing where all are.
 * @param {any} wire
 * @returns {string | undefined}
 */
export function faultyField(wire) {
  return FIELDS.find(([field, isRight]) => !isRight(wire?.[field]))?.[0];
}

/**
 * The record of a wire event without faults.
 * @param {any} wire
 * @returns {StoredRecord}
 */
export function recordOf({ id, type, schema_version, data, metadata, stream_id, version, position, recorded_at }) {
  const { correlation_id, causation_id, tenant, extra } = metadata;
  const known = Object.entries({ correlationId: correlation_id, causationId: causation_id, tenant, extra });
  return {
    id: id.toLowerCase(),
    type,
    schemaVersion: schema_version,
    part: 0,
    data,
    metadata: Object.fromEntries(known.filter(([, value]) => value !== undefined)),
    streamId: stream_id,
    version,
    position,
    recordedAt: micros(recorded_at),
  };
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d{1,6}))?Z$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @param {unknown} value */
const isName = (value) => typeof value === "string" && value !== "" && !/\p{Cc}/u.test(value);
/** @param {unknown} value */
const isCount = (value) => Number.isSafeInteger(value) && Number(value) > 0;
/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @type {[string, (value: any) => boolean][]} */
const FIELDS = Object.entries({
  id: (value) => typeof value === "string" && UUID.test(value),
  type: isName,
  schema_version: (value) => isCount(value) && value < 2 ** 32,
  data: (value) => value !== undefined,
  metadata: (value) =>
    isObject(value) &&
    ["correlation_id", "causation_id", "tenant"].every((name) =>
      ["undefined", "string"].includes(typeof value[name]),
    ) &&
    (value.extra === undefined || isObject(value.extra)),
  stream_id: isName,
  version: isCount,
  position: isCount,
  recorded_at: (value) => typeof value === "string" && MOMENT.test(value) && !Number.isNaN(Date.parse(value)),
});

/**
 * Microseconds since 1970 as RFC 3339.
 * @param {number} micros
 */
function momentText(micros) {
  const rest = ((micros % 1000) + 1000) % 1000;
  const text = new Date((micros - rest) / 1000).toISOString();
  return rest === 0 ? text : text.replace("Z", `${String(rest).padStart(3, "0")}Z`);
}

/** @param {string} text */
function micros(text) {
  const [, fraction = ""] = MOMENT.exec(text) ?? [];
  return Date.parse(text.replace(/\.\d+/, "")) * 1000 + Number(fraction.padEnd(6, "0"));
}

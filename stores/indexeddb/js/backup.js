// Backups: newline-delimited JSON. The first line says what it is, then there is one line an event, in the order of
// positions and with the names of the wire; the last line counts them, so that a backup that was cut short shows.

const FORMAT = "onefold-events";

/**
 * @param {string} epoch of the store
 * @param {number} head its last position
 * @returns {string} the first line
 */
export function header(epoch, head) {
  return line({ format: FORMAT, format_version: 1, epoch, head });
}

/**
 * @param {object[]} records
 * @returns {string} a line for each
 */
export function eventLines(records) {
  return records.map((record) => line(wired(record))).join("");
}

/**
 * @param {number} events how many there are
 * @returns {string} the last line
 */
export function footer(events) {
  return line({ format: FORMAT, events });
}

/** What a line holds: one of `isHeader`, `events` (of a footer), `record` and `fault` (the path to it and what it is). */
export class Line {
  /** @param {string} text */
  constructor(text) {
    try {
      this.#take(JSON.parse(text));
    } catch (error) {
      this.fault = ["", error.message];
    }
  }

  #take(given) {
    if (given?.format === FORMAT) {
      if (given.format_version === undefined) this.events = given.events;
      else if (given.format_version === 1) this.isHeader = true;
      else this.fault = ["format_version", "is newer than this version of the package reads"];
      return;
    }
    const wrong = Object.keys(FIELDS).find((field) => !FIELDS[field](given?.[field]));
    if (wrong !== undefined) this.fault = [wrong, "is missing or of the wrong type"];
    else this.record = unwired(given);
  }
}

const isText = (value) => typeof value === "string";
const isCount = (value) => Number.isSafeInteger(value) && value > 0;
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @type {Record<string, (value: unknown) => boolean>} */
const FIELDS = {
  id: isText,
  type: isText,
  schema_version: (value) => isCount(value) && value < 2 ** 32,
  data: (value) => value !== undefined,
  metadata: (value) =>
    isObject(value) &&
    ["correlation_id", "causation_id", "tenant"].every((name) => value[name] === undefined || isText(value[name])) &&
    (value.extra === undefined || isObject(value.extra)),
  stream_id: isText,
  version: isCount,
  position: isCount,
  recorded_at: (value) => isText(value) && MOMENT.test(value) && !Number.isNaN(Date.parse(value)),
};

const MOMENT = /^[^.]*?(?:\.(\d{1,6}))?Z$/;

function wired({ id, type, schemaVersion, data, metadata, streamId, version, position, recordedAt }) {
  const { correlationId: correlation_id, causationId: causation_id, tenant, extra } = metadata;
  return {
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
}

function unwired({ id, type, schema_version, data, metadata, stream_id, version, position, recorded_at }) {
  const { correlation_id, causation_id, tenant, extra } = metadata;
  const known = { correlationId: correlation_id, causationId: causation_id, tenant, extra };
  return {
    id,
    type,
    schemaVersion: schema_version,
    part: 0,
    data,
    metadata: Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    streamId: stream_id,
    version,
    position,
    recordedAt: micros(recorded_at),
  };
}

function line(value) {
  return `${JSON.stringify(value)}\n`;
}

/** Microseconds since 1970 as RFC 3339. */
function momentText(micros) {
  const rest = ((micros % 1000) + 1000) % 1000;
  const text = new Date((micros - rest) / 1000).toISOString();
  return rest === 0 ? text : text.replace("Z", `${String(rest).padStart(3, "0")}Z`);
}

function micros(text) {
  const [, fraction = ""] = MOMENT.exec(text);
  const seconds = Date.parse(text.replace(/\.\d+/, ""));
  return seconds * 1000 + Number(fraction.padEnd(6, "0"));
}

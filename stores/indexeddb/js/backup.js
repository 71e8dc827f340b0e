/**
 * Backups: newline-delimited JSON. The first line says what it is, then there is one line an event, in the order of
 * positions and with the names of the wire; the last line counts them, so that a backup that was cut short shows.
 * @module
 */

import { CommitBuilder, nextId } from "./commits.js";
import { storeHead } from "./heads.js";
import { readAll, readHead } from "./read.js";
import { abandon, committed } from "./requests.js";
import { faultyField, recordLine, recordOf } from "./wire.js";

/** @typedef {import("./database.js").Database} Database */
/** @typedef {import("../../../js/modules/records.js").StoredRecord} StoredRecord */

const FORMAT = "onefold-events";
/** As many events are read at a time. */
const PAGE = 1_000;
/** As many events one record has at the most. */
const MOST_EVENTS = 1_000;

/** Why a backup is not taken. Without an index it is not about one event. */
export class BackupFault extends Error {
  /**
   * @param {string} reason
   * @param {number} [index] of the event, from 0
   * @param {string} [path] within the event
   */
  constructor(reason, index, path = "") {
    super(reason);
    this.index = index;
    this.path = path;
  }
}

/**
 * The lines of all events up to the head that the store has when it begins. No transaction stays open between pages.
 * @param {Database} database
 * @returns {AsyncGenerator<{ lines: string, events: number, total: number }, void>} and how far it is
 */
export async function* exported(database) {
  const total = await readHead(database);
  yield { lines: mark({ format_version: 1, epoch: database.epoch, head: total }), events: 0, total };
  // Positions have no gaps.
  for (let events = 0; events < total; ) {
    const records = await readAll(database, events, Math.min(PAGE, total - events));
    events += records.length;
    yield { lines: records.map(recordLine).join(""), events, total };
  }
  yield { lines: mark({ events: total }), events: total, total };
}

/** A backup that is being read: checked line by line, and held until all of it is there. */
export class Import {
  /** @type {StoredRecord[]} */
  #records = [];
  /** What has come of the next line. */
  #partial = "";
  /** @type {"empty" | "begun" | "ended"} */
  #state = "empty";
  /** @type {Set<string>} */
  #ids = new Set();
  /** @type {Map<string, number>} */
  #streams = new Map();

  /** How many events it has so far. */
  get events() {
    return this.#records.length;
  }

  /**
   * Takes the next part of the text, which may end within a line.
   * @param {string} text
   * @throws {BackupFault}
   */
  feed(text) {
    const lines = `${this.#partial}${text}`.split("\n");
    this.#partial = lines.pop() ?? "";
    for (const one of lines) this.#take(one);
  }

  /**
   * Writes the events into a store, which must be empty: all of them or none.
   * @param {Database} database
   * @param {IDBTransactionDurability} durability
   * @returns {Promise<number>} the last position
   * @throws {BackupFault} also where not all of the backup is there, or the store is not empty
   */
  async restore(database, durability) {
    this.#take(this.#partial);
    if (this.#state !== "ended") throw new BackupFault("it ends before its last line; export it again");
    const transaction = await database.begin("commits", durability);
    try {
      return await this.#write(transaction);
    } catch (error) {
      abandon(transaction);
      throw error;
    }
  }

  /** @param {IDBTransaction} transaction */
  async #write(transaction) {
    const commits = transaction.objectStore("commits");
    if ((await storeHead(commits)) > 0) {
      throw new BackupFault("the store has events already; import into an empty one, under another name");
    }
    let position = 0;
    let writes = 0;
    for (const together of parts(this.#records, isTogether)) {
      position += together.length;
      commits.add(commitOf(together, position));
      writes += 1;
    }
    await committed(transaction, writes);
    return position;
  }

  /** @param {string} text */
  #take(text) {
    if (text.trim() === "") return;
    const given = parsed(text, this.events);
    if (given?.format === FORMAT) this.#takeMark(given);
    else if (this.#state === "begun") this.#add(given);
    else if (this.#state === "empty") throw new BackupFault("its first line is not that of an export");
    else throw new BackupFault("it goes on after its last line");
  }

  /** @param {{ format_version?: unknown, events?: unknown }} mark */
  #takeMark({ format_version, events }) {
    if (this.#state === "empty" && format_version === 1) this.#state = "begun";
    else if (this.#state === "empty") throw new BackupFault("it is newer than this version of the package reads");
    else if (this.#state === "begun" && events === this.events) this.#state = "ended";
    else throw new BackupFault("events are missing, or it is several backups; export it again");
  }

  /** @param {unknown} wire */
  #add(wire) {
    const faulty = faultyField(wire);
    if (faulty !== undefined) throw new BackupFault("is missing or not as it must be", this.events, faulty);
    const record = recordOf(wire);
    const { id, streamId, version, position } = record;
    const before = this.#streams.get(streamId) ?? 0;
    const last = this.#records.at(-1)?.position ?? 0;
    if (position <= last) throw new BackupFault(`${position} does not come after ${last}`, this.events, "position");
    if (version !== before + 1)
      throw new BackupFault(`${version} does not follow on ${before}`, this.events, "version");
    if (this.#ids.has(id)) throw new BackupFault(`\`${id}\` is there twice`, this.events, "id");
    this.#ids.add(id);
    this.#streams.set(streamId, version);
    this.#records.push(record);
  }
}

/** @param {object} fields of the first or the last line */
function mark(fields) {
  return `${JSON.stringify({ format: FORMAT, ...fields })}\n`;
}

/**
 * @param {string} text
 * @param {number} index
 */
function parsed(text, index) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BackupFault(`the line is not JSON: ${/** @type {Error} */ (error).message}`, index);
  }
}

/**
 * Whether events that follow on each other may be in one record: by which append they came does not matter.
 * @param {StoredRecord} one
 * @param {StoredRecord} next
 * @param {number} before how many are in the record already
 */
function isTogether(one, next, before) {
  return one.streamId === next.streamId && one.recordedAt === next.recordedAt && before < MOST_EVENTS;
}

/**
 * @param {StoredRecord} one
 * @param {StoredRecord} next
 */
function isRun(one, next) {
  return nextId(one.id) === next.id;
}

/**
 * Parts of the records in which each one joins the next.
 * @param {StoredRecord[]} records
 * @param {(one: StoredRecord, next: StoredRecord, before: number) => boolean} joins
 * @returns {Generator<[StoredRecord, ...StoredRecord[]], void>}
 */
function* parts(records, joins) {
  /** @type {[StoredRecord, ...StoredRecord[]] | undefined} */
  let part;
  for (const next of records) {
    if (part !== undefined && joins(/** @type {StoredRecord} */ (part.at(-1)), next, part.length)) {
      part.push(next);
      continue;
    }
    if (part !== undefined) yield part;
    part = [next];
  }
  if (part !== undefined) yield part;
}

/**
 * @param {[StoredRecord, ...StoredRecord[]]} records
 * @param {number} position of the last of them in this store
 */
function commitOf(records, position) {
  const builder = new CommitBuilder();
  for (const run of parts(records, isRun)) builder.addRun(run[0].id, run.length);
  for (const { type, schemaVersion, data, metadata } of records) {
    builder.addEvent(type, schemaVersion, data, Object.keys(metadata).length > 0 ? metadata : undefined);
  }
  const { streamId, version, recordedAt } = records[0];
  return builder.build(streamId, version + records.length - 1, position, recordedAt);
}

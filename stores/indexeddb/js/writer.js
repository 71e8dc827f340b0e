import { isLost } from "./database.js";
import { KnownHeads } from "./known.js";
import { eventsOf } from "./read.js";
import { committed } from "./requests.js";

/** @typedef {import("./commits.js").CommitBuilder} CommitBuilder */
/** @typedef {import("./commits.js").Run} Run */
/** @typedef {import("../../../js/modules/records.js").StoredRecord} StoredRecord */

/**
 * Decides an append within its transaction, given the last position of the store, the version and the position at which
 * the stream ends, and what the store has under each of the ids: `undefined` where it has none of them. Gives when the
 * events are recorded; nothing where none is to be written. It is asked again where the first try may be lost.
 * @typedef {(head: number, version: number, position: number, stored: (StoredRecord | undefined)[] | undefined) =>
 *   number | undefined} Decide
 */

/**
 * An append that waits for its turn.
 * @typedef {object} Append
 * @property {string} stream
 * @property {CommitBuilder} commit
 * @property {Decide} decide
 * @property {() => void} resolve
 * @property {(error: unknown) => void} reject
 */

/** As many events share a transaction: more would not be quicker, and a failure would cost more. */
const MOST_EVENTS = 10_000;
/** And as many runs of ids, since each is compared with all others. */
const MOST_RUNS = 1_000;

/** Writes appends, one transaction at a time. Those that arrive meanwhile share the next one. */
export class Writer {
  #database;
  #durability;
  /** What is known of the store since the last transaction. */
  #heads = new KnownHeads();
  /** @type {Append[]} */
  #waiting = [];
  #isWriting = false;

  /**
   * @param {import("./database.js").Database} database
   * @param {IDBTransactionDurability} durability
   */
  constructor(database, durability) {
    this.#database = database;
    this.#durability = durability;
  }

  /**
   * Appends to a stream as `decide` says. Resolves when what it said is kept.
   * @param {string} stream
   * @param {CommitBuilder} commit
   * @param {Decide} decide
   * @returns {Promise<void>}
   */
  append(stream, commit, decide) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ stream, commit, decide, resolve, reject });
      if (this.#isWriting) return;
      this.#isWriting = true;
      // A little later, so that appends that are made at once come together.
      queueMicrotask(() => this.#writeAll());
    });
  }

  async #writeAll() {
    while (this.#waiting.length > 0) await this.#writeGroup(nextGroup(this.#waiting));
    this.#isWriting = false;
  }

  /** @param {Append[]} group */
  async #writeGroup(group) {
    try {
      await this.#write(group);
      for (const { resolve } of group) resolve();
    } catch (error) {
      const [only, ...others] = group;
      if (others.length === 0) return only?.reject(error);
      // What fails one append, such as too little room, must not fail the others.
      for (const append of group) await this.#writeGroup([append]);
    }
  }

  /**
   * Writes a group in a transaction; a second time when the browser drops its connection.
   * @param {Append[]} group
   */
  async #write(group) {
    try {
      await this.#tryWrite(group);
    } catch (error) {
      if (!isLost(error)) throw error;
      await this.#tryWrite(group);
    }
  }

  /** @param {Append[]} group */
  async #tryWrite(group) {
    const transaction = await this.#database.begin("commits", this.#durability);
    const heads = this.#heads;
    // Whatever follows a failure begins from nothing.
    this.#heads = new KnownHeads();
    try {
      await writeInto(transaction.objectStore("commits"), group, heads);
    } catch (error) {
      abort(transaction);
      throw error;
    }
    await committed(transaction);
    this.#heads = heads;
  }
}

/**
 * Writes the appends of a group, in their order: each as if it were alone.
 * @param {IDBObjectStore} commits
 * @param {Append[]} group
 * @param {KnownHeads} heads
 */
async function writeInto(commits, group, heads) {
  const mayBeKnown = await heads.lookUp(commits, group);
  for (const [index, { stream, commit, decide }] of group.entries()) {
    const stored = mayBeKnown[index] ? await eventsOf(commits, commit.ids()) : undefined;
    const [version, position] = heads.stream(stream);
    const recordedAt = decide(heads.store, version, position, stored);
    if (recordedAt === undefined) continue;
    const end = { version: version + commit.length, position: heads.store + commit.length };
    // Nobody waits for it: a failure aborts the transaction and shows there.
    commits.add(commit.build(stream, end.version, end.position, recordedAt));
    heads.advance(stream, end.version, end.position, commit.runs);
  }
}

/**
 * Takes the next appends that can share a transaction, in their order, off the queue.
 *
 * Two that have an id in common cannot: the second must find what the first came to.
 * @param {Append[]} waiting
 */
function nextGroup(waiting) {
  /** @type {Append[]} */
  const group = [];
  let [events, runs] = [0, 0];
  for (const next of waiting) {
    events += next.commit.length;
    runs += next.commit.runs.length;
    const isTooLarge = events > MOST_EVENTS || runs > MOST_RUNS;
    if (group.length > 0 && (isTooLarge || group.some(({ commit }) => meet(commit.runs, next.commit.runs)))) break;
    group.push(next);
  }
  waiting.splice(0, group.length);
  return group;
}

/**
 * Whether two lists of runs have an id in common.
 * @param {readonly Run[]} some
 * @param {readonly Run[]} others
 */
function meet(some, others) {
  return some.some((one) => others.some((other) => one.first <= other.last && other.first <= one.last));
}

/**
 * What was written so far must not stay.
 * @param {IDBTransaction} transaction
 */
function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // The browser has aborted it already.
  }
}

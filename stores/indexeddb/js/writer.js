import { isLost } from "./database.js";
import { KnownHeads } from "./known.js";
import { eventsOf } from "./read.js";
import { abandon, committed } from "./requests.js";

/** @typedef {import("./commits.js").CommitBuilder} CommitBuilder */
/** @typedef {import("./commits.js").Run} Run */
/** @typedef {import("../../../js/modules/records.js").StoredRecord} StoredRecord */

/**
 * Decides an append, given the last position of the store, the version and the position at which the stream ends, what
 * the store has under each of the ids (`undefined` where it has none of them), and whether a try before may have been
 * kept. Gives when the events are recorded; nothing where none is to be written. It may be asked several times: the last
 * answer counts.
 * @typedef {(head: number, version: number, position: number, stored: (StoredRecord | undefined)[] | undefined,
 *   isInDoubt: boolean) => number | undefined} Decide
 */

/**
 * An append that waits for its turn.
 * @typedef {object} Append
 * @property {string} stream
 * @property {CommitBuilder} commit
 * @property {Decide} decide
 * @property {boolean} isInDoubt whether a try of it failed in a way that may have kept it
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
  /**
   * What is known of the store since the last transaction of a connection: nothing, where it had to be opened again.
   * @type {WeakMap<IDBDatabase, KnownHeads>}
   */
  #heads = new WeakMap();
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
      this.#waiting.push({ stream, commit, decide, isInDoubt: false, resolve, reject });
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
   * Writes a group in a transaction; a second time where somebody else has written since what was known, and when the
   * browser drops its connection.
   * @param {Append[]} group
   */
  #write(group) {
    return twiceWhere(isLost, () => twiceWhere(isTaken, () => this.#tryWrite(group)));
  }

  /** @param {Append[]} group */
  async #tryWrite(group) {
    const transaction = await this.#database.begin("commits", this.#durability);
    const heads = this.#heads.get(transaction.db) ?? new KnownHeads();
    // Whatever follows a failure begins from nothing.
    this.#heads.delete(transaction.db);
    const writes = await writeInto(transaction, group, heads);
    try {
      await committed(transaction, writes);
    } catch (error) {
      for (const append of group) append.isInDoubt ||= isLost(error);
      throw error;
    }
    this.#heads.set(transaction.db, heads);
  }
}

/**
 * Writes the appends of a group, by what is known where that suffices.
 *
 * Nothing is looked at then: where somebody else has written since, the first write fails, and with it whatever else was
 * decided. Without any write nothing would tell, so that a conflict, say, is decided on what is there.
 * @param {IDBTransaction} transaction
 * @param {Append[]} group
 * @param {KnownHeads} heads
 * @returns {Promise<number>} how many are written
 */
async function writeInto(transaction, group, heads) {
  const commits = transaction.objectStore("commits");
  try {
    const writes = heads.suffice(group) ? addTo(commits, group, heads, []) : 0;
    if (writes > 0) return writes;
    const mayBeKnown = await heads.lookUp(commits, group);
    const stored = group.map(({ commit }, index) => (mayBeKnown[index] ? eventsOf(commits, commit.ids()) : undefined));
    return addTo(commits, group, heads, await Promise.all(stored));
  } catch (error) {
    abandon(transaction);
    throw error;
  }
}

/**
 * Decides the appends of a group in their order, each as if it were alone, and writes what is to be written.
 * @param {IDBObjectStore} commits
 * @param {Append[]} group
 * @param {KnownHeads} heads
 * @param {((StoredRecord | undefined)[] | undefined)[]} stored what the store has under the ids of each
 */
function addTo(commits, group, heads, stored) {
  let writes = 0;
  for (const [index, { stream, commit, decide, isInDoubt }] of group.entries()) {
    const [version, position] = heads.stream(stream);
    const recordedAt = decide(heads.store, version, position, stored[index], isInDoubt);
    if (recordedAt === undefined) continue;
    const end = { version: version + commit.length, position: heads.store + commit.length };
    // Nobody waits for it: a failure aborts the transaction and shows there.
    commits.add(commit.build(stream, end.version, end.position, recordedAt));
    heads.advance(stream, end.version, end.position, commit.runs);
    writes += 1;
  }
  return writes;
}

/**
 * Does some work, and a second time where it fails like this.
 * @param {(error: unknown) => boolean} fails
 * @param {() => Promise<void>} work
 */
async function twiceWhere(fails, work) {
  try {
    await work();
  } catch (error) {
    if (!fails(error)) throw error;
    await work();
  }
}

/** Whether a key that must be unique is there: somebody else may have written after the same position. */
function isTaken(/** @type {any} */ error) {
  return error?.name === "ConstraintError";
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

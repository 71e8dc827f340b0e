import { lookedUp } from "./heads.js";

/** @typedef {import("./writer.js").Append} Append */
/** @typedef {import("./commits.js").Run} Run */

/** As many streams are kept in mind. */
const MOST_STREAMS = 1_000;
/** Two ids further apart than this are not in one run: no append has as many events. */
const FAR = 2 ** 32;

/**
 * Where the store, its streams and its ids end, as far as it is known.
 *
 * A writer keeps it from one transaction to the next. It holds for as long as nobody else writes, and appends whose
 * streams are known need then look at nothing: see `after` in `commits.js`.
 */
export class KnownHeads {
  /** @type {number | undefined} */
  #store;
  /** @type {string | undefined} */
  #greatestRun;
  /** @type {Map<string, [version: number, position: number]>} */
  #streams = new Map();

  /** Where the store ends. */
  get store() {
    return this.#store ?? 0;
  }

  /**
   * The version and the position at which a stream ends; zeros where it does not exist.
   * @param {string} stream
   */
  stream(stream) {
    return this.#streams.get(stream) ?? [0, 0];
  }

  /**
   * Whether all that a group of appends must know is known, unless somebody else has written since: where the store and
   * their streams end, and that the store has none of their ids.
   * @param {Append[]} group
   */
  suffice(group) {
    return group.every(
      ({ stream, commit }) => this.#streams.has(stream) && !commit.runs.some((run) => this.#mayHold(run)),
    );
  }

  /**
   * Looks up all that a group of appends must know, also whether somebody else has written.
   * @param {IDBObjectStore} commits
   * @param {Append[]} group
   * @returns {Promise<boolean[]>} for each append, whether the store may have one of its ids
   */
  async lookUp(commits, group) {
    if (this.#streams.size > MOST_STREAMS) this.#streams.clear();
    const before = this.#store;
    const mayBeKnown = await this.#lookUp(commits, group);
    if (before === undefined || before === this.#store) return mayBeKnown;
    // Somebody else has written: nothing that was known is sure any more.
    this.#store = undefined;
    this.#streams.clear();
    return await this.#lookUp(commits, group);
  }

  /**
   * Takes note of a commit.
   * @param {string} stream
   * @param {number} version
   * @param {number} position
   * @param {readonly Run[]} runs
   */
  advance(stream, version, position, runs) {
    this.#store = position;
    for (const { first } of runs) {
      if (this.#greatestRun === undefined || first > this.#greatestRun) this.#greatestRun = first;
    }
    this.#streams.set(stream, [version, position]);
  }

  /**
   * @param {IDBObjectStore} commits
   * @param {Append[]} group
   */
  async #lookUp(commits, group) {
    const streams = [...new Set(group.map(({ stream }) => stream))].filter((stream) => !this.#streams.has(stream));
    const near = group.flatMap(({ commit }) => commit.runs).filter((run) => this.#mayHold(run));
    const ids = near.map(({ last }) => last);
    const [head, greatest, ends, starts] = await lookedUp(commits, this.#store, streams, ids);
    const met = new Set(near.filter((run, index) => mayMeet(starts[index], run)));
    if (this.#store === undefined) this.#greatestRun = greatest;
    this.#store = head;
    for (const [index, end] of ends.entries()) this.#streams.set(/** @type {string} */ (streams[index]), end);
    return group.map(({ commit }) => commit.runs.some((run) => met.has(run)));
  }

  /**
   * Whether the store may hold ids of this run, by what is known.
   * @param {Run} run
   */
  #mayHold(run) {
    return this.#store === undefined || mayMeet(this.#greatestRun, run);
  }
}

/**
 * Whether a stored run may hold one of the ids of another one, given the greatest start of any up to the last of them.
 * @param {string | undefined} start
 * @param {Run} run
 */
function mayMeet(start, { first }) {
  if (start === undefined || start >= first) return start !== undefined;
  // No run goes on where the last 48 bits overflow.
  return start.slice(0, 24) === first.slice(0, 24) && counted(start) + FAR > counted(first);
}

/** @param {string} id */
function counted(id) {
  return Number.parseInt(id.slice(24), 16);
}

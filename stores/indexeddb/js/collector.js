import { idsOf, recordAt } from "./commits.js";

/** @typedef {import("./commits.js").Commit} Commit */
/** @typedef {import("../../../js/modules/records.js").Filter} Filter */

/** Gathers the events of commits that lie within bounds and match a filter, up to a limit. */
export class Collector {
  /** @type {import("../../../js/modules/records.js").StoredRecord[]} */
  records = [];
  #place;
  #backwards;
  #limit;
  #filter;

  /**
   * @param {"version" | "position"} place what the bounds are
   * @param {boolean} backwards
   * @param {number} limit
   * @param {Filter} [filter]
   */
  constructor(place, backwards, limit, filter) {
    this.#place = place;
    this.#backwards = backwards;
    this.#limit = limit;
    this.#filter = filter;
  }

  /**
   * Takes the events of these commits that lie from `first` to `last`, both inclusive.
   * @param {Commit[]} commits in ascending order
   * @param {number} first
   * @param {number} last
   * @returns {boolean} whether there is room for more
   */
  take(commits, first, last) {
    for (const commit of this.#backwards ? [...commits].reverse() : commits) {
      if (this.#isFull) break;
      if (this.#filter === undefined || takesCommit(this.#filter, commit)) this.#takeCommit(commit, first, last);
    }
    return !this.#isFull;
  }

  get #isFull() {
    return this.records.length >= this.#limit;
  }

  /**
   * @param {Commit} commit
   * @param {number} first
   * @param {number} last
   */
  #takeCommit(commit, first, last) {
    const filter = this.#filter;
    const start = commit[this.#place] - commit.data.length + 1;
    const from = Math.max(first - start, 0);
    const to = Math.min(last - start, commit.data.length - 1);
    const ids = idsOf(commit);
    for (let n = from; n <= to && !this.#isFull; n++) {
      const index = this.#backwards ? to - (n - from) : n;
      if (filter === undefined || takesEvent(filter, commit, index)) {
        this.records.push(recordAt(commit, index, ids(index)));
      }
    }
  }
}

/**
 * Whether events of a commit may match.
 * @param {Filter} filter
 * @param {Commit} commit
 */
function takesCommit(filter, { streamId, recordedAt }) {
  const { category, recordedFrom = -Infinity, recordedTo = Infinity } = filter;
  if (recordedAt < recordedFrom || recordedAt >= recordedTo) return false;
  return category === undefined || streamId.split("-", 1)[0] === category;
}

/**
 * Whether an event of such a commit matches.
 * @param {Filter} filter
 * @param {Commit} commit
 * @param {number} index
 */
function takesEvent({ types, tenant, correlationId }, commit, index) {
  const metadata = commit.metadata?.[index];
  return (
    (types === undefined || types.has(/** @type {string} */ (commit.types[index]))) &&
    (tenant === undefined || metadata?.tenant === tenant) &&
    (correlationId === undefined || metadata?.correlationId === correlationId)
  );
}

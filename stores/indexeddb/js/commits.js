/**
 * Commits as IndexedDB keeps them: one record for all events of an append, in columns. A record with an object for
 * each event takes longer to write and to read, since the names of the members are repeated in every one.
 * @module
 */

/**
 * @typedef {object} Commit
 * @property {number} position of the last event: the key. Positions have no gaps, so the first follows from it
 * @property {number} after the position before the first event. It is unique, so that of two that write after the same
 *   end of the store one fails
 * @property {string} streamId
 * @property {number} version of the last event in its stream
 * @property {number} recordedAt microseconds since 1970 UTC
 * @property {string[]} runs the first id of each run of ids that count up by one
 * @property {number[]} [runLengths] how many ids each run has; absent where there is but one
 * @property {string[]} types
 * @property {unknown[]} data
 * @property {number[]} [schemaVersions] absent where all are 1
 * @property {Metadata[]} [metadata] absent where no event has any
 * @property {[string, string, number][]} [tags] what the commit is also found by: `[kind, value, position]`
 */

/** @typedef {import("../../../js/modules/records.js").Metadata} Metadata */
/** @typedef {{ first: string, last: string, length: number }} Run ids that count up by one */

/** @type {Metadata} */
const NO_METADATA = Object.freeze({});

/** Gathers the events of one append and makes the record of them. */
export class CommitBuilder {
  /** @type {Run[]} */
  #runs = [];
  /** @type {string[]} */
  #types = [];
  /** @type {unknown[]} */
  #data = [];
  /** @type {number[]} */
  #schemaVersions = [];
  /** @type {(Metadata | undefined)[]} */
  #metadata = [];

  /** The runs that the ids make, in the order of their events. */
  get runs() {
    return this.#runs;
  }

  /** How many events there are. */
  get length() {
    return this.#types.length;
  }

  /** The ids of the events. */
  ids() {
    return this.#runs.flatMap(({ first, length }) => Array.from({ length }, (_, index) => counted(first, index)));
  }

  /**
   * @param {string} first
   * @param {number} length
   */
  addRun(first, length) {
    this.#runs.push({ first, last: counted(first, length - 1), length });
  }

  /**
   * @param {string} type
   * @param {number} schemaVersion
   * @param {unknown} data
   * @param {Metadata} [metadata]
   */
  addEvent(type, schemaVersion, data, metadata) {
    this.#types.push(type);
    this.#schemaVersions.push(schemaVersion);
    this.#data.push(data);
    this.#metadata.push(metadata);
  }

  /**
   * @param {string} streamId
   * @param {number} version
   * @param {number} position
   * @param {number} recordedAt
   * @returns {Commit}
   */
  build(streamId, version, position, recordedAt) {
    /** @type {Commit} */
    const commit = {
      position,
      after: position - this.length,
      streamId,
      version,
      recordedAt,
      runs: this.#runs.map(({ first }) => first),
      types: this.#types,
      data: this.#data,
    };
    if (this.#runs.length > 1) commit.runLengths = this.#runs.map(({ length }) => length);
    if (this.#schemaVersions.some((version) => version !== 1)) commit.schemaVersions = this.#schemaVersions;
    if (this.#metadata.some((one) => one !== undefined)) {
      commit.metadata = this.#metadata.map((one) => one ?? NO_METADATA);
      const tags = tagsOf(commit.metadata, position);
      if (tags.length > 0) commit.tags = tags;
    }
    return commit;
  }
}

/**
 * A stored event as pages have it, whatever store it is from.
 * @param {Commit} commit
 * @param {number} index
 * @param {string} id
 * @returns {import("../../../js/modules/records.js").StoredRecord}
 */
export function recordAt(commit, index, id) {
  const before = commit.data.length - 1 - index;
  return {
    id,
    type: /** @type {string} */ (commit.types[index]),
    schemaVersion: commit.schemaVersions?.[index] ?? 1,
    part: 0,
    data: commit.data[index],
    metadata: commit.metadata?.[index] ?? NO_METADATA,
    streamId: commit.streamId,
    version: commit.version - before,
    position: commit.position - before,
    recordedAt: commit.recordedAt,
  };
}

/**
 * The id of each event by its index. Indexes are quickest asked for one after another, up or down.
 * @param {Commit} commit
 * @returns {(index: number) => string}
 */
export function idsOf({ runs, runLengths = [] }) {
  let run = 0;
  let start = 0;
  /** @param {number} which the last run goes on to the last event */
  const lengthOf = (which) => runLengths[which] ?? Number.POSITIVE_INFINITY;
  return (index) => {
    while (index >= start + lengthOf(run)) start += lengthOf(run++);
    while (index < start) start -= lengthOf(--run);
    return counted(runs[run] ?? "", index - start);
  };
}

/**
 * The index of the event of an id in the run that begins with `start`; -1 where the run is shorter.
 * @param {Commit} commit
 * @param {string} start
 * @param {string} id
 */
export function indexOfId({ data, runs, runLengths = [data.length] }, start, id) {
  const run = runs.indexOf(start);
  const offset = Number.parseInt(id.slice(24), 16) - Number.parseInt(start.slice(24), 16);
  if (id.slice(0, 24) !== start.slice(0, 24) || offset >= (runLengths[run] ?? 0)) return -1;
  return runLengths.slice(0, run).reduce((sum, length) => sum + length, offset);
}

/**
 * The id that comes next in a run; nothing where the run ends.
 * @param {string} id
 */
export function nextId(id) {
  return id.endsWith("ffffffffffff") ? undefined : counted(id, 1);
}

/**
 * The id that lies so far beyond another: within the last 48 bits, where a run ends before they overflow.
 * @param {string} id
 * @param {number} count
 */
function counted(id, count) {
  if (count === 0) return id;
  const last = Number.parseInt(id.slice(24), 16) + count;
  return id.slice(0, 24) + last.toString(16).padStart(12, "0");
}

/**
 * @param {Metadata[]} metadata
 * @param {number} position
 * @returns {[string, string, number][]}
 */
function tagsOf(metadata, position) {
  /** @type {[string, string, number][]} */
  const tags = [];
  for (const name of /** @type {const} */ (["tenant", "correlationId"])) {
    for (const value of new Set(metadata.map((one) => one[name]))) {
      if (value !== undefined) tags.push([name, value, position]);
    }
  }
  return tags;
}

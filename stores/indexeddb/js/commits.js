// Commits as IndexedDB keeps them: one record for all events of an append, in columns. A record with an object for
// each event takes longer to write and to read, since the names of the members are repeated in every one.

/**
 * @typedef {object} Commit
 * @property {number} position of the last event: the key. Positions have no gaps, so the first follows from it
 * @property {string} streamId
 * @property {number} version of the last event in its stream
 * @property {number} recordedAt microseconds since 1970 UTC
 * @property {string[]} runs the first id of each run of ids that count up by one
 * @property {number[]} [runLengths] how many ids each run has; absent where there is but one
 * @property {string[]} types
 * @property {unknown[]} data
 * @property {number[]} [schemaVersions] absent where all are 1
 * @property {object[]} [metadata] absent where no event has any
 * @property {[string, string, number][]} [tags] what the commit is also found by: `[kind, value, position]`
 */

const NO_METADATA = Object.freeze({});

/** Gathers the events of one append and makes the record of them. */
export class CommitBuilder {
  runs = [];
  runLengths = [];
  types = [];
  data = [];
  schemaVersions = [];
  metadata = [];

  addRun(first, length) {
    this.runs.push(first);
    this.runLengths.push(length);
  }

  addEvent(type, schemaVersion, data, metadata) {
    this.types.push(type);
    this.schemaVersions.push(schemaVersion);
    this.data.push(data);
    this.metadata.push(metadata);
  }

  /** @returns {Commit} */
  build(streamId, version, position, recordedAt) {
    const { runs, runLengths, types, data, schemaVersions, metadata } = this;
    const commit = { position, streamId, version, recordedAt, runs, types, data };
    if (runs.length > 1) commit.runLengths = runLengths;
    if (schemaVersions.some((version) => version !== 1)) commit.schemaVersions = schemaVersions;
    if (metadata.some((one) => one !== undefined)) {
      commit.metadata = metadata.map((one) => one ?? {});
      const tags = tagsOf(metadata, position);
      if (tags.length > 0) commit.tags = tags;
    }
    return commit;
  }
}

/** Gathers the events of commits that lie within bounds and match a filter, up to a limit. */
export class Collector {
  /**
   * @param {boolean} byVersion whether the bounds are versions, else positions
   * @param {boolean} backwards
   * @param {number} limit
   * @param {object | undefined} filter
   */
  constructor(byVersion, backwards, limit, filter) {
    this.byVersion = byVersion;
    this.backwards = backwards;
    this.limit = limit;
    this.filter = filter;
    this.records = [];
  }

  /**
   * Takes the events of these commits that lie from `first` to `last`, both inclusive.
   *
   * @param {Commit[]} commits in ascending order
   * @returns {boolean} whether there is room for more
   */
  take(commits, first, last) {
    const { backwards, records, filter, limit } = this;
    for (let n = 0; n < commits.length && records.length < limit; n++) {
      const commit = commits[backwards ? commits.length - 1 - n : n];
      if (filter !== undefined && !takesCommit(filter, commit)) continue;
      this.#takeCommit(commit, first, last);
    }
    return records.length < limit;
  }

  #takeCommit(commit, first, last) {
    const { backwards, records, filter, limit } = this;
    const { data } = commit;
    const end = this.byVersion ? commit.version : commit.position;
    const start = end - data.length + 1;
    const from = Math.max(first - start, 0);
    const to = Math.min(last - start, data.length - 1);
    const ids = idsOf(commit);
    for (let n = from; n <= to && records.length < limit; n++) {
      const index = backwards ? to - (n - from) : n;
      if (filter === undefined || takesEvent(filter, commit, index)) {
        records.push(recordAt(commit, index, ids(index)));
      }
    }
  }
}

/**
 * The record of the event that is so far into the run of ids that begins with `first`; nothing where the run is
 * shorter.
 *
 * @param {Commit} commit
 * @param {string} first
 * @param {number} offset
 */
export function recordIn(commit, first, offset) {
  const { data, runs, runLengths = [data.length] } = commit;
  const run = runs.indexOf(first);
  if (run < 0 || offset >= runLengths[run]) return undefined;
  const index = runLengths.slice(0, run).reduce((sum, length) => sum + length, offset);
  return recordAt(commit, index, counted(first, offset));
}

/** Whether events of a commit may match; see `filter` of the crate that makes it. */
function takesCommit({ category, recordedFrom = -Infinity, recordedTo = Infinity }, { streamId, recordedAt }) {
  if (recordedAt < recordedFrom || recordedAt >= recordedTo) return false;
  return category === undefined || streamId.split("-", 1)[0] === category;
}

/** Whether one event of such a commit matches. */
function takesEvent(filter, { types, metadata }, index) {
  if (filter.types !== undefined && !filter.types.has(types[index])) return false;
  if (filter.tenant !== undefined && metadata?.[index].tenant !== filter.tenant) return false;
  return filter.correlationId === undefined || metadata?.[index].correlationId === filter.correlationId;
}

/** A stored event as its pages have it, whatever store it is from. */
function recordAt(commit, index, id) {
  const before = commit.data.length - 1 - index;
  return {
    id,
    type: commit.types[index],
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

/** The id of each event by its index. Indexes are quickest asked for one after another, up or down. */
function idsOf({ runs, runLengths = [Infinity] }) {
  let run = 0;
  let start = 0;
  return (index) => {
    while (index >= start + runLengths[run]) start += runLengths[run++];
    while (index < start) start -= runLengths[--run];
    return counted(runs[run], index - start);
  };
}

/** The id that lies so far beyond another: within the last 48 bits, where a run ends before they overflow. */
function counted(id, count) {
  if (count === 0) return id;
  const last = Number.parseInt(id.slice(24), 16) + count;
  return id.slice(0, 24) + last.toString(16).padStart(12, "0");
}

function tagsOf(metadata, position) {
  const values = (member) => [...new Set(metadata.map((one) => one?.[member]))].filter((value) => value !== undefined);
  const tags = (member) => values(member).map((value) => [member, value, position]);
  return [...tags("tenant"), ...tags("correlationId")];
}

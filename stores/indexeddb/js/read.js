/**
 * Reads. What is read lies in commits, so each read asks for the commits that cover a span of versions or positions,
 * both of which have no gaps, and takes out of them what belongs to it.
 * @module
 */

import { Collector } from "./collector.js";
import { indexOfId, recordAt } from "./commits.js";
import { runStart, storeHead, streamHead } from "./heads.js";
import { settled } from "./requests.js";

/** @typedef {import("../../../js/modules/records.js").StoredRecord} StoredRecord */
/** @typedef {import("../../../js/modules/records.js").Filter} Filter */
/** @typedef {import("./database.js").Database} Database */

/** As many positions are scanned at a time where a filter leaves out most. */
const SCANNED = 2_000;
/** As many positions of commits that have a tag are listed at a time. */
const LISTED = 1_000;
/** As many commits that have a tag are fetched at a time. */
const FETCHED = 100;

/**
 * Events of one stream.
 * @param {Database} database
 * @param {string} stream
 * @param {number | undefined} from
 * @param {number | undefined} limit
 * @param {boolean} backwards
 * @returns {Promise<StoredRecord[]>}
 */
export function readStream(database, stream, from, limit = Infinity, backwards = false) {
  return database.read("commits", async (commits) => {
    const collector = new Collector("version", backwards, limit);
    let first = Math.max(from ?? 1, 1);
    let last = first + limit - 1;
    if (backwards) {
      const [head] = await streamHead(commits, stream);
      last = Math.min(from ?? head, head);
      first = Math.max(last - limit + 1, 1);
    }
    if (first <= last) collector.take(await covering(commits.index("streams"), [stream], first, last), first, last);
    return collector.records;
  });
}

/**
 * Events of the whole store that match.
 * @param {Database} database
 * @param {number | undefined} after
 * @param {number | undefined} limit
 * @param {boolean} backwards
 * @param {Filter} [filter]
 * @returns {Promise<StoredRecord[]>}
 */
export function readAll(database, after, limit = Infinity, backwards = false, filter = undefined) {
  return database.read("commits", async (commits) => {
    const collector = new Collector("position", backwards, limit, filter);
    if (limit === 0) return collector.records;
    // What matches may be anywhere; else as many positions have as many events.
    const most = filter === undefined ? limit : Infinity;
    let first = (after ?? 0) + 1;
    let last = first + most - 1;
    if (backwards) {
      last = after === undefined ? await storeHead(commits) : after - 1;
      first = Math.max(last - most + 1, 1);
    }
    const tag = tagOf(filter);
    if (tag !== undefined) await takeTagged(commits.index("tags"), tag, first, last, backwards, collector);
    else if (filter !== undefined) await scan(commits, first, last, backwards, collector);
    else if (first <= last) collector.take(await covering(commits, [], first, last), first, last);
    return collector.records;
  });
}

/**
 * The event of an id.
 * @param {Database} database
 * @param {string} id
 * @returns {Promise<StoredRecord | undefined>}
 */
export async function findEvent(database, id) {
  const [found] = await database.read("commits", (commits) => eventsOf(commits, [id]));
  return found;
}

/**
 * The events of ids, within a transaction; `undefined` for each that is not known.
 * @param {IDBObjectStore} commits
 * @param {string[]} ids
 * @returns {Promise<(StoredRecord | undefined)[]>}
 */
export async function eventsOf(commits, ids) {
  /** @type {(StoredRecord | undefined)[]} */
  const found = [];
  let start = "";
  /** @type {import("./commits.js").Commit | undefined} */
  let commit;
  for (const id of ids) {
    // Ids that are asked for together are mostly of one commit.
    if (commit === undefined || indexOfId(commit, start, id) < 0) {
      start = (await runStart(commits, id)) ?? "";
      commit = start === "" ? undefined : await settled(commits.index("runs").get(start));
    }
    const index = commit === undefined ? -1 : indexOfId(commit, start, id);
    found.push(commit === undefined || index < 0 ? undefined : recordAt(commit, index, id));
  }
  return found;
}

/**
 * The last position of the store.
 * @param {Database} database
 */
export function readHead(database) {
  return database.read("commits", storeHead);
}

/**
 * The version of a stream.
 * @param {Database} database
 * @param {string} stream
 */
export function readVersion(database, stream) {
  return database.read("commits", async (commits) => (await streamHead(commits, stream))[0]);
}

/**
 * @param {IDBObjectStore} commits
 * @param {number} first
 * @param {number} last
 * @param {boolean} backwards
 * @param {Collector} collector
 */
async function scan(commits, first, last, backwards, collector) {
  const end = Math.min(last, await storeHead(commits));
  let isOpen = true;
  for (let done = 0; isOpen && first + done <= end; done += SCANNED) {
    const from = backwards ? Math.max(end - done - SCANNED + 1, first) : first + done;
    const to = backwards ? end - done : Math.min(first + done + SCANNED - 1, end);
    isOpen = collector.take(await covering(commits, [], from, to), from, to);
  }
}

/**
 * The commits with a tag lie apart, so their positions are listed and they are fetched in batches.
 * @param {IDBIndex} tags
 * @param {string[]} tag
 * @param {number} first
 * @param {number} last
 * @param {boolean} backwards
 * @param {Collector} collector
 */
async function takeTagged(tags, tag, first, last, backwards, collector) {
  // There is no listing downwards: all of them are listed then.
  const most = backwards ? undefined : LISTED;
  for (let from = first; ; ) {
    const range = IDBKeyRange.bound([...tag, from], [...tag, []]);
    const listed = /** @type {number[]} */ (await settled(tags.getAllKeys(range, most)));
    // The last commit may reach beyond the span.
    const beyond = listed.findIndex((position) => position >= last);
    const positions = beyond < 0 ? listed : listed.slice(0, beyond + 1);
    if (backwards) positions.reverse();
    for (let n = 0; n < positions.length; n += FETCHED) {
      const batch = positions.slice(n, n + FETCHED);
      const commits = await covering(tags, tag, Math.min(...batch), Math.max(...batch));
      if (!collector.take(commits, first, last)) return;
    }
    const end = listed[LISTED - 1];
    if (backwards || beyond >= 0 || end === undefined) return;
    from = end + 1;
  }
}

/**
 * The tag by which what matches is found soonest: a correlation id has fewer events than a tenant.
 * @param {Filter} [filter]
 */
function tagOf({ tenant, correlationId } = {}) {
  if (correlationId !== undefined) return ["correlationId", correlationId];
  return tenant === undefined ? undefined : ["tenant", tenant];
}

/**
 * The commits that hold the places from `first` to `last`, in ascending order. A commit's key has the place of its
 * last event, so the one that reaches beyond `last` is the first one from there on.
 * @param {IDBObjectStore | IDBIndex} source whose keys end with a place
 * @param {string[]} prefix with which its keys begin: none, a stream, or a tag
 * @param {number} first
 * @param {number} last may be infinite
 * @returns {Promise<import("./commits.js").Commit[]>}
 */
async function covering(source, prefix, first, last) {
  /** @param {number | never[]} place */
  const key = (place) => (prefix.length === 0 ? place : [...prefix, place]);
  const requests = [settled(source.getAll(IDBKeyRange.bound(key(last), key([])), 1))];
  if (first < last) {
    requests.unshift(settled(source.getAll(IDBKeyRange.bound(key(first), key(last), false, true))));
  }
  return (await Promise.all(requests)).flat();
}

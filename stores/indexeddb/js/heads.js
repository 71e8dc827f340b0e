/**
 * Where the store, its streams and its ids end: by keys alone, for records may be large.
 * @module
 */

import { settled } from "./requests.js";

/**
 * The last position of the store; 0 where it is empty.
 * @param {IDBObjectStore} commits
 * @returns {Promise<number>}
 */
export async function storeHead(commits) {
  const cursor = await last(commits);
  return Number(cursor?.key ?? 0);
}

/**
 * The version at which a stream ends and the position of its last event; zeros where it does not exist.
 * @param {IDBObjectStore} commits
 * @param {string} stream
 * @returns {Promise<[number, number]>}
 */
export async function streamHead(commits, stream) {
  const cursor = await last(commits.index("streams"), IDBKeyRange.bound([stream], [stream, []]));
  const [, version] = /** @type {[string, number]} */ (cursor?.key ?? [stream, 0]);
  return [version, Number(cursor?.primaryKey ?? 0)];
}

/**
 * The greatest start of a run of ids up to this one, or of all; nothing where there is none.
 * @param {IDBObjectStore} commits
 * @param {string} [id]
 * @returns {Promise<string | undefined>}
 */
export async function runStart(commits, id) {
  const cursor = await last(commits.index("runs"), id && IDBKeyRange.upperBound(id));
  return /** @type {string | undefined} */ (cursor?.key);
}

/**
 * What appends must know before they write, in one round.
 * @param {IDBObjectStore} commits
 * @param {number | undefined} head the last position, where it is known unless somebody else has written since: a
 *   look at what lies beyond it costs less than a search for the last one
 * @param {string[]} streams
 * @param {string[]} ids
 * @returns {Promise<[number, string | undefined, [number, number][], (string | undefined)[]]>} the last position; the
 *   greatest start of a run, unless a head was given; where each stream ends; the start of the run of each id
 */
export function lookedUp(commits, head, streams, ids) {
  return Promise.all([
    head === undefined ? storeHead(commits) : headAfter(commits, head),
    head === undefined ? runStart(commits) : undefined,
    Promise.all(streams.map((stream) => streamHead(commits, stream))),
    Promise.all(ids.map((id) => runStart(commits, id))),
  ]);
}

/**
 * The head that is given, or a later position where there is one.
 * @param {IDBObjectStore} commits
 * @param {number} head
 */
async function headAfter(commits, head) {
  const later = await settled(commits.getKey(IDBKeyRange.lowerBound(head, true)));
  return Number(later ?? head);
}

/**
 * A cursor on the last key of a range, of all where there is none; `null` where no key is.
 * @param {IDBObjectStore | IDBIndex} source
 * @param {IDBKeyRange | string} [range]
 */
function last(source, range) {
  return settled(source.openKeyCursor(range, "prev"));
}

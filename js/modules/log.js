/**
 * The arrays of the store in memory.
 * @module
 */

import { matches } from "./records.js";

/** @typedef {import("./records.js").StoredRecord} StoredRecord */

/**
 * The records at these places.
 * @param {StoredRecord[]} records
 * @param {number} start
 * @param {number} end
 * @param {boolean} backwards
 * @returns {StoredRecord[]}
 */
export function slice(records, start, end, backwards) {
  const places = records.slice(start, end);
  return backwards ? places.reverse() : places;
}

/**
 * The records at these places that match, as many as the limit allows.
 * @param {StoredRecord[]} records
 * @param {number} start
 * @param {number} end
 * @param {boolean} backwards
 * @param {import("./records.js").Filter | undefined} filter
 * @param {number} limit
 * @returns {StoredRecord[]}
 */
export function matching(records, start, end, backwards, filter, limit) {
  if (filter === undefined) {
    return backwards
      ? slice(records, Math.max(start, end - limit), end, true)
      : slice(records, start, Math.min(end, start + limit), false);
  }
  /** @type {StoredRecord[]} */
  const found = [];
  const step = backwards ? -1 : 1;
  for (let place = backwards ? end - 1 : start; place >= start && place < end && found.length < limit; place += step) {
    const record = /** @type {StoredRecord} */ (records[place]);
    if (matches(filter, record)) found.push(record);
  }
  return found;
}

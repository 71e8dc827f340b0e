/**
 * What operations come to, made in one call each.
 * @module
 */

/**
 * @param {number} version
 * @param {number} position
 * @param {boolean} duplicate
 */
export function appended(version, position, duplicate) {
  return { version, position, duplicate };
}

/**
 * @param {unknown} state
 * @param {number} version
 */
export function loaded(state, version) {
  return { state, version };
}

/**
 * @param {unknown} state
 * @param {import("../../js/modules/records.js").StoredRecord[]} events
 * @param {number} version
 * @param {number} position
 * @param {number} attempts
 */
export function executed(state, events, version, position, attempts) {
  return { state, events, version, position, attempts };
}

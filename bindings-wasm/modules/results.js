/**
 * What operations come to, made in one call each.
 * @module
 */

/** What an operation failed with, for its caller to throw. */
export class Failure {
  /** @param {unknown} error */
  constructor(error) {
    this.error = error;
  }
}

/** @param {unknown} error */
export function failure(error) {
  return new Failure(error);
}

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

/**
 * What the core asks of the JavaScript engine.
 * @module
 */

/** @param {Uint8Array<ArrayBuffer>} buffer */
export function fillRandom(buffer) {
  crypto.getRandomValues(buffer);
}

/**
 * @param {number} milliseconds
 * @returns {Promise<void>}
 */
export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** @param {string} message */
export function warn(message) {
  console.warn(`onefold: ${message}`);
}

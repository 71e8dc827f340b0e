/**
 * JSON values: checking, copying, measuring and comparing them without leaving JavaScript.
 * @module
 */

/** How far values may be nested at the most; the core's limit is at or below it. */
export const MAX_NESTING = 512;

/** Why a value is not JSON: where, from the value itself, and what to do. */
export class NotJson {
  /** Such as `.items[3].price`; it grows while the walk goes back to where it began. */
  path = "";

  /** @param {string} reason */
  constructor(reason) {
    this.reason = reason;
  }
}

/** A value that was checked, with what the limits ask of it. */
export class Taken {
  /**
   * The frozen copy.
   * @type {unknown}
   */
  value = undefined;
  /** Its length as UTF-8 JSON text. */
  bytes = 0;
  /** How many arrays and objects lie within each other at its deepest. */
  nesting = 0;
}

/**
 * Copies a value in one walk that also checks, freezes and measures it. What is nested past {@link MAX_NESTING} is
 * left out, for the limits to refuse.
 * @param {unknown} value
 * @returns {Taken}
 * @throws {NotJson}
 */
export function take(value) {
  const taken = new Taken();
  taken.value = copied(value, taken, undefined);
  return taken;
}

/**
 * The same for a value that no limit looks at: one that is nested past {@link MAX_NESTING} is refused.
 * @param {unknown} value
 * @returns {Taken}
 * @throws {NotJson}
 */
export function takeWhole(value) {
  const taken = take(value);
  if (taken.nesting > MAX_NESTING) throw new NotJson(`it is nested more than ${MAX_NESTING} levels deep`);
  return taken;
}

/**
 * A copy that may be changed.
 * @param {any} value a JSON value
 * @returns {any}
 */
export function thawed(value) {
  if (Array.isArray(value)) return value.map(thawed);
  if (!isObject(value)) return value;
  /** @type {Record<string, unknown>} */
  const copy = {};
  for (const key of Object.keys(value)) put(copy, key, thawed(value[key]));
  return copy;
}

/**
 * Whether both are the same JSON value: members in any order, numbers as doubles.
 * @param {any} one
 * @param {any} other
 * @returns {boolean}
 */
export function same(one, other) {
  if (one === other) return true;
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, index) => same(item, other[index]));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]))
  );
}

/**
 * An object with the members of both; where both have one, that of `over`.
 * @param {any} over
 * @param {any} under
 * @returns {unknown}
 */
export function joined(over, under) {
  return isObject(over) && isObject(under) ? Object.freeze({ ...under, ...over }) : over;
}

/**
 * Whether it is a JSON object.
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Sets an own member, also one that means something to JavaScript.
 * @param {Record<string, unknown>} object
 * @param {string} key
 * @param {unknown} value
 */
export function put(object, key, value) {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

/**
 * The value as JSON text. A whole number past the safe integers gets an exponent: without one, other languages
 * would take it for an integer that they refuse.
 * @param {unknown} value a JSON value
 * @returns {string}
 */
export function toText(value) {
  if (typeof value === "number") return numberText(value);
  if (Array.isArray(value)) return `[${value.map(toText).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.keys(value)
    .map((key) => `${JSON.stringify(key)}:${toText(value[key])}`)
    .join(",")}}`;
}

/**
 * An array or object that the walk is within, and the one around it.
 * @typedef {{ value: object, depth: number, around: Within | undefined }} Within
 */

/**
 * The copy of a value, which is counted on the way.
 * @param {any} value
 * @param {Taken} taken
 * @param {Within | undefined} around
 * @returns {unknown}
 */
function copied(value, taken, around) {
  switch (typeof value) {
    case "string":
      taken.bytes += textBytes(value);
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new NotJson(`${value} is not JSON; give null or leave it out`);
      taken.bytes += numberText(value).length;
      return value;
    case "boolean":
      taken.bytes += value ? 4 : 5;
      return value;
    case "object":
      if (value !== null) return nested(value, taken, around);
      taken.bytes += 4;
      return null;
    default:
      throw new NotJson(unfit(value));
  }
}

/**
 * @param {any} value
 * @param {Taken} taken
 * @param {Within | undefined} around
 */
function nested(value, taken, around) {
  const isArray = Array.isArray(value);
  if (!isArray && !isPlain(value)) throw new NotJson(`${nameOf(value)} is not JSON; ${remedy(value)}`);
  for (let outer = around; outer !== undefined; outer = outer.around) {
    if (outer.value === value) throw new NotJson("it contains itself; JSON has no cycles");
  }
  const depth = around === undefined ? 1 : around.depth + 1;
  if (depth > taken.nesting) taken.nesting = depth;
  if (depth > MAX_NESTING) return null;
  const within = { value, depth, around };
  return Object.freeze(isArray ? arrayCopied(value, taken, within) : objectCopied(value, taken, within));
}

/**
 * @param {unknown[]} array
 * @param {Taken} taken
 * @param {Within} within
 */
function arrayCopied(array, taken, within) {
  /** @type {unknown[]} */
  const copy = [];
  let index = 0;
  try {
    for (; index < array.length; index++) {
      const item = array[index];
      if (item === undefined) {
        throw new NotJson(`${index in array ? "undefined" : "a hole in an array"} is not JSON; give null`);
      }
      copy.push(copied(item, taken, within));
    }
  } catch (fault) {
    if (fault instanceof NotJson) fault.path = `[${index}]${fault.path}`;
    throw fault;
  }
  taken.bytes += 2 + Math.max(index - 1, 0);
  return copy;
}

/**
 * @param {Record<string, unknown>} object
 * @param {Taken} taken
 * @param {Within} within
 */
function objectCopied(object, taken, within) {
  /** @type {Record<string, unknown>} */
  const copy = {};
  let members = 0;
  let at = "";
  try {
    for (const key of Object.keys(object)) {
      const member = object[key];
      if (member === undefined) continue;
      at = key;
      members += 1;
      taken.bytes += textBytes(key) + 1;
      put(copy, key, copied(member, taken, within));
    }
  } catch (fault) {
    if (fault instanceof NotJson) fault.path = memberPath(at) + fault.path;
    throw fault;
  }
  if (Object.getOwnPropertySymbols(object).length > 0) {
    throw new NotJson("a symbol is no key in JSON; use a string");
  }
  taken.bytes += 2 + Math.max(members - 1, 0);
  return copy;
}

/**
 * How many bytes a text takes as JSON.
 * @param {string} text
 * @returns {number}
 */
function textBytes(text) {
  let bytes = 2;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x20 && unit < 0x80) bytes += unit === 0x22 || unit === 0x5c ? 2 : 1;
    else if (unit < 0x20) bytes += SHORT_ESCAPES.has(unit) ? 2 : 6;
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 3;
    else {
      const low = text.charCodeAt(index + 1);
      if (unit > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) {
        throw new NotJson("it has half a surrogate pair, which is no character; leave it out");
      }
      bytes += 4;
      index += 1;
    }
  }
  return bytes;
}

/** Backspace, tab, line feed, form feed, carriage return: JSON writes them in two bytes. */
const SHORT_ESCAPES = new Set([8, 9, 10, 12, 13]);

/**
 * A member of a path: `.price`, or `["unit price"]` where the key is no plain word.
 * @param {string} key
 * @returns {string}
 */
function memberPath(key) {
  return /^[\p{Alphabetic}\p{N}_$]+$/u.test(key) ? `.${key}` : `["${key}"]`;
}

/** @param {number} number */
function numberText(number) {
  // A fraction or an exponent says that it is a double.
  return Number.isInteger(number) && !Number.isSafeInteger(number) && Math.abs(number) < 1e21
    ? `${number}.0`
    : String(number);
}

/**
 * Whether it is an object as `{}` makes it, here or in another frame.
 * @param {object} value
 */
function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** @param {object} value */
function nameOf(value) {
  const name = value.constructor?.name;
  return typeof name === "string" && name !== "" ? `a ${name}` : "an object with a prototype";
}

/** @param {object} value */
function remedy(value) {
  if (value instanceof Date) return "give text, such as its toISOString()";
  if (value instanceof Map) return "give a plain object, such as Object.fromEntries of it";
  if (value instanceof Set) return "give an array";
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return "give text, such as base64";
  if (typeof (/** @type {any} */ (value).then) === "function") return "await it first";
  return "give a plain object";
}

/** @param {unknown} value */
function unfit(value) {
  switch (typeof value) {
    case "undefined":
      return "undefined is not JSON; give null";
    case "bigint":
      return "a BigInt is not JSON; give a number or text";
    case "function":
      return "a function is not JSON; leave it out";
    default:
      return "a symbol is not JSON; give text";
  }
}

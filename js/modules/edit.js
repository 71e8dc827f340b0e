/**
 * Declared upcasting steps: keep, rename, add, remove, in this order.
 * @module
 */

import { isObject, put } from "./json.js";

/**
 * A step as data. A path is the list of its keys, outermost first.
 * @typedef {object} Edit
 * @property {string[][] | null} keep
 * @property {[string[], string[]][]} rename
 * @property {[string[], unknown][]} add
 * @property {string[][]} remove
 */

/** @typedef {Record<string, unknown>} Data */

/**
 * The function that a declared step is: it throws a `TypeError` where the data does not fit.
 * @param {Edit} edit
 * @returns {(data: any) => any}
 */
export function compile(edit) {
  const depth = Math.max(0, ...pathsOf(edit).map((path) => path.length));
  const step = depth > 1 ? deep(edit, depth) : flat(edit);
  return (data) => {
    if (!isObject(data)) {
      throw new TypeError("a declared step needs an object as data; use a custom step for anything else");
    }
    return step(data);
  };
}

/**
 * A step on the object's own members alone.
 * @param {Edit} edit
 * @returns {(data: Data) => Data}
 */
function flat(edit) {
  const kept = edit.keep?.map(last);
  const moved = edit.rename.map(([from, to]) => ({ from: last(from), to: last(to) }));
  const added = edit.add.map(([path, value]) => ({ key: last(path), value }));
  const removed = edit.remove.map(last);
  // What is not copied need not be deleted, which engines do slowly and which slows down every later access.
  const left = [...moved.map(({ from }) => from), ...removed];
  const made = [...moved.map(({ to }) => to), ...added.map(({ key }) => key)];
  const late = removed.filter((key) => made.includes(key));
  const others = kept === undefined && left.length === 1 ? withoutOne(left[0] ?? "") : without(left, kept);
  return (data) => {
    const out = others(data);
    for (const { from, to } of moved) {
      if (Object.hasOwn(data, from) && (kept === undefined || kept.includes(from))) put(out, to, data[from]);
    }
    for (const { key, value } of added) if (!Object.hasOwn(out, key)) put(out, key, value);
    for (const key of late) delete out[key];
    return out;
  };
}

/**
 * Copies all members but one, as most steps do: engines do that at once.
 * @param {string} left
 * @returns {(data: Data) => Data}
 */
function withoutOne(left) {
  return ({ [left]: _, ...others }) => others;
}

/**
 * Copies all members but some; where some are to be kept, those of them.
 * @param {string[]} left
 * @param {string[] | undefined} kept
 * @returns {(data: Data) => Data}
 */
function without(left, kept) {
  return (data) => {
    /** @type {Data} */
    const out = {};
    for (const key in data) {
      if (!left.includes(key) && (kept === undefined || kept.includes(key))) put(out, key, data[key]);
    }
    return out;
  };
}

/**
 * A step that reaches inside members: on a copy of all the objects on its ways.
 * @param {Edit} edit
 * @param {number} depth
 * @returns {(data: Data) => Data}
 */
function deep(edit, depth) {
  return (data) => {
    let out = copied(data, depth);
    if (edit.keep) {
      /** @type {Data} */
      const kept = {};
      for (const path of edit.keep) {
        const taken = taking(out, path);
        if (taken) setAt(kept, path, taken.value);
      }
      out = kept;
    }
    // All are taken before any is put back, so that two can change places.
    const moved = edit.rename.map(([from, to]) => /** @type {const} */ ([taking(out, from), to]));
    for (const [taken, to] of moved) if (taken) setAt(out, to, taken.value);
    for (const [path, value] of edit.add) {
      const parent = parentOf(out, path);
      if (!parent || !Object.hasOwn(parent, last(path))) setAt(out, path, value);
    }
    for (const path of edit.remove) taking(out, path);
    return out;
  };
}

/**
 * A copy of an object and of the objects within it, as many levels down.
 * @param {Data} object
 * @param {number} levels
 * @returns {Data}
 */
function copied(object, levels) {
  /** @type {Data} */
  const copy = {};
  for (const key of Object.keys(object)) {
    const member = object[key];
    put(copy, key, levels > 1 && isObject(member) ? copied(member, levels - 1) : member);
  }
  return copy;
}

/**
 * Takes a member out.
 * @param {Data} object
 * @param {string[]} path
 * @returns {{ value: unknown } | undefined}
 */
function taking(object, path) {
  const parent = parentOf(object, path);
  const key = last(path);
  if (!parent || !Object.hasOwn(parent, key)) return undefined;
  const value = parent[key];
  delete parent[key];
  return { value };
}

/**
 * @param {Data} object
 * @param {string[]} path
 * @returns {Data | undefined}
 */
function parentOf(object, path) {
  let parent = object;
  for (const key of path.slice(0, -1)) {
    const next = Object.hasOwn(parent, key) ? parent[key] : undefined;
    if (!isObject(next)) return undefined;
    parent = next;
  }
  return parent;
}

/**
 * Sets a member; objects on the way to it are made.
 * @param {Data} object
 * @param {string[]} path
 * @param {unknown} value
 */
function setAt(object, path, value) {
  let parent = object;
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(parent, key)) put(parent, key, {});
    const next = parent[key];
    if (!isObject(next)) throw new TypeError(`\`${key}\` on the way to \`${path.join(".")}\` is no object`);
    parent = next;
  }
  put(parent, last(path), value);
}

/** @param {Edit} edit */
function pathsOf(edit) {
  return [...(edit.keep ?? []), ...edit.rename.flat(), ...edit.add.map(([path]) => path), ...edit.remove];
}

/** @param {string[]} path */
function last(path) {
  return /** @type {string} */ (path[path.length - 1]);
}

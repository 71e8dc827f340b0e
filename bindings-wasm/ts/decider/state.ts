/**
 * Makes initial states those of one load alone. Most deciders give new objects each time, which need no copy: once two
 * states had no object in common, there is none.
 */
export class InitialStates {
  /** The objects of the last state that was copied. */
  #before: ReadonlySet<object> | undefined;
  #areNew = false;

  /** The state that a decider gave, or a copy of it. */
  own(state: unknown): unknown {
    if (this.#areNew) return state;
    const copies = new Map<object, unknown>();
    const copy = copied(state, copies);
    const objects = new Set(copies.keys());
    this.#areNew = this.#before !== undefined && !Array.from(objects).some((object) => this.#before?.has(object));
    this.#before = objects;
    return copy;
  }
}

/**
 * A copy of a state for one load alone: a decider may hand out one object every time and change it in place.
 * Arrays, plain objects, maps, sets and dates are copied; instances of other classes are the decider's to copy.
 */
export function ownCopy(state: unknown): unknown {
  return copied(state, new Map());
}

function copied(value: unknown, copies: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  const again = (inner: unknown) => copied(inner, copies);
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    copies.set(value, copy);
    for (const item of value) copy.push(again(item));
    return copy;
  }
  if (value instanceof Map) {
    const copy = new Map();
    copies.set(value, copy);
    for (const [key, item] of value) copy.set(again(key), again(item));
    return copy;
  }
  if (value instanceof Set) {
    const copy = new Set();
    copies.set(value, copy);
    for (const item of value) copy.add(again(item));
    return copy;
  }
  if (value instanceof Date) return new Date(value);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const copy = Object.create(prototype) as object;
  copies.set(value, copy);
  for (const key of Reflect.ownKeys(value)) {
    const member = Object.getOwnPropertyDescriptor(value, key);
    if (member === undefined) continue;
    // What was frozen in the original may be changed in the copy.
    const own = "value" in member ? { ...member, value: again(member.value), writable: true } : member;
    Object.defineProperty(copy, key, { ...own, configurable: true });
  }
  return copy;
}

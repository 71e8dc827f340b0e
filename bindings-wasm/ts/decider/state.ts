/**
 * A copy of a state for one load alone: a decider may hand out one object every time and change it in place.
 * Arrays, plain objects, maps, sets and dates are copied; instances of other classes are the decider's to copy.
 */
export function ownCopy(state: unknown): unknown {
  if (typeof state !== "object" || state === null) return state;
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

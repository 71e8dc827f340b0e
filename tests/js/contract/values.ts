/** Values of vectors: the forms that are not written out, and equality as JSON. */

/** Whatever a vector holds. */
// biome-ignore lint/suspicious/noExplicitAny: vectors are JSON
export type Json = any;

/** The value that a vector stands for, with `$repeat`, `$nest`, `$json` and `$times` written out. */
export function writtenOut(value: Json): Json {
  const [name, argument] = form(value);
  if (name === "$repeat") return argument[0].repeat(argument[1]);
  if (name === "$nest") return nested(argument);
  if (name === "$json") return JSON.parse(argument);
  if (Array.isArray(value)) return spliced(value).map(writtenOut);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, writtenOut(member)]));
}

/** A list with its `$times` and `$versions` put in. */
export function spliced(values: Json[]): Json[] {
  return values.flatMap((value) => {
    const [name, argument] = form(value);
    if (name === "$times") return Array.from({ length: argument[0] }, () => argument[1]);
    if (name !== "$versions") return [value];
    const [first, last] = argument;
    const step = first <= last ? 1 : -1;
    return Array.from({ length: Math.abs(last - first) + 1 }, (_, index) => ({ version: first + index * step }));
  });
}

/** The name and argument of a value in one of the forms; an empty name for any other. */
export function form(value: Json): [string, Json] {
  if (isObject(value)) {
    const [key, ...others] = Object.keys(value);
    if (key?.startsWith("$") && others.length === 0) return [key, value[key]];
  }
  return ["", undefined];
}

/** Whether both are the same JSON value: numbers as doubles. */
export function same(one: Json, other: Json): boolean {
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

/** Changes everything within a value that can be changed. */
export function changeInPlace(value: Json): void {
  if (typeof value !== "object" || value === null) return;
  for (const member of Object.values(value)) changeInPlace(member);
  if (Object.isFrozen(value)) return;
  if (value instanceof Date) value.setTime(0);
  else if (Array.isArray(value)) value.push("changed");
  else value.changed = true;
}

export function isObject(value: Json): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `stream_id` as `streamId`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}

function nested(argument: Json): Json {
  const [levels, key] = isObject(argument) ? [argument.levels, argument.key] : [argument, undefined];
  let value: Json = key === undefined ? [] : {};
  for (let level = 1; level < levels; level++) value = key === undefined ? [value] : { [key]: value };
  return value;
}

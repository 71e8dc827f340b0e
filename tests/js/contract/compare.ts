/** Compares what an operation gave with what a scenario expects of it. */

import { isOnefoldError } from "onefold";
import { check, type Symbols } from "./symbols.js";
import { camelCase, isObject, type Json, same, spliced, writtenOut } from "./values.js";

/** A list in its whole length; of an object the members given; anything else as JSON. */
export function compare(expected: Json, actual: Json, symbols: Symbols, byAppend = false): void {
  if (Array.isArray(actual)) {
    const whole = spliced(expected);
    check(actual.length === whole.length, `${actual.length} events, expected ${whole.length}`);
    for (const [index, one] of whole.entries()) compare(one, actual[index], symbols, byAppend);
  } else if (isObject(expected) && isObject(actual)) {
    for (const [name, member] of Object.entries(expected)) {
      compareMember(name, member, actual[camelCase(name)], symbols, byAppend);
    }
  } else {
    const absent = actual === undefined ? null : actual;
    check(same(writtenOut(expected), absent), `${shown(actual)}, expected ${shown(expected)}`);
  }
}

/** An error by its code and the attributes given; a rejection by the name of its class. */
export function compareError(expected: Json, error: Json): void {
  for (const [name, value] of Object.entries(expected) as [string, Json][]) {
    if (name === "rejection") {
      check(error?.constructor?.name === value, `${error} is no ${value}`);
      continue;
    }
    check(isOnefoldError(error), `no error of onefold, but ${error?.stack ?? error}`);
    const actual = (error as Json)[camelCase(name)];
    const wanted = name === "argument" || name === "path" || name === "field" ? camelCase(value) : value;
    check(same(wanted, actual), `${name}: ${shown(actual)}, expected ${shown(wanted)} in ${error}`);
  }
}

function compareMember(name: string, expected: Json, actual: Json, symbols: Symbols, byAppend: boolean): void {
  if (name === "position") symbols.position(expected, actual, byAppend);
  else if (name === "recorded_at") symbols.named(expected, actual);
  else if (name === "events") compare(expected, actual, symbols, byAppend);
  else if (name === "metadata") {
    const wanted = setMembers(writtenOut(expected));
    check(same(wanted, setMembers(actual)), `metadata ${shown(actual)}, expected ${shown(wanted)}`);
  } else {
    check(same(writtenOut(expected), actual), `${name}: ${shown(actual)}, expected ${shown(expected)}`);
  }
}

/** Metadata without members that say nothing, under the names of TypeScript. */
function setMembers(metadata: Json): Json {
  const set = Object.entries(metadata).filter(
    ([name, value]) => value !== null && !(name === "extra" && same(value, {})),
  );
  return Object.fromEntries(set.map(([name, value]) => [camelCase(name), value]));
}

function shown(value: Json): string {
  return String(JSON.stringify(value)).slice(0, 300);
}

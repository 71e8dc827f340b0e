/** Checks of arguments: what TypeScript promises and JavaScript does not keep. */

import { InvalidArgumentError } from "./errors/errors.js";

const { isWellFormed } = String.prototype as { isWellFormed?: (this: string) => boolean };

/** A text of whole characters. */
export function textFrom(argument: string, value: unknown): string {
  if (typeof value !== "string") throw invalid(argument, `${shown(value)} is no string`);
  if (!isWhole(value)) throw invalid(argument, "it has half a surrogate pair; give whole characters");
  return value;
}

/** A whole number from 0 to 2^53 - 1. */
export function wholeFrom(argument: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw invalid(argument, `${shown(value)} is no whole number from 0 to 2^53 - 1`);
  }
  return value as number;
}

/** `true`, `false`, or nothing for `false`. */
export function flagFrom(argument: string, value: unknown): boolean {
  if (value === undefined) return false;
  if (typeof value !== "boolean") throw invalid(argument, `${shown(value)} is neither true nor false`);
  return value;
}

const NONE = Object.freeze({});

/** An object with the options of a call, and no others than the known ones. */
export function optionsFrom<O extends object>(value: O | undefined, known: readonly (keyof O & string)[]): Partial<O> {
  if (value === undefined || value === null) return NONE;
  if (typeof value !== "object") throw invalid("options", `${shown(value)} is no object`);
  for (const name of Object.keys(value)) {
    if (!(known as readonly string[]).includes(name)) {
      throw invalid(name, `there is no such option; there are ${known.join(", ")}`);
    }
  }
  return value;
}

/** Whether a text has no half of a surrogate pair. */
export function isWhole(text: string): boolean {
  // Browsers from before 2024 do not have it.
  return isWellFormed ? isWellFormed.call(text) : !/\p{Surrogate}/u.test(text);
}

/** Whether it can be awaited. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** An argument that cannot be. */
export function invalid(argument: string, reason: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument, reason });
}

/** What was given, cut short, for a message. */
export function shown(value: unknown): string {
  if (typeof value === "string") return `"${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object" || value === null) return String(value);
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "Object" && name !== "" ? `a ${name}` : "an object";
}

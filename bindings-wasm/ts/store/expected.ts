import { invalid, shown } from "../arguments.js";

/** Anything: never a conflict. */
export const ANY = "any";
/** The stream must not exist. */
export const NO_STREAM = "no_stream";
/** The stream must exist. */
export const STREAM_EXISTS = "stream_exists";

/**
 * What the stream must be like for an append to be written: {@link ANY}, {@link NO_STREAM}, {@link STREAM_EXISTS}, or
 * the version that it must be at; 0 is `NO_STREAM`.
 */
export type ExpectedVersion = typeof ANY | typeof NO_STREAM | typeof STREAM_EXISTS | number;

/** What is no version, as the core takes it: numbers, because texts would have to cross. */
const NAMES = new Map<unknown, number>([
  [undefined, -1],
  [ANY, -1],
  [NO_STREAM, -2],
  [STREAM_EXISTS, -3],
]);

/**
 * The expected version that a user gave, as the core takes it.
 * @internal
 */
export function expectedFrom(value: unknown): number {
  const named = NAMES.get(value);
  if (named !== undefined) return named;
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw invalid("expectedVersion", `${shown(value)} is none of ANY, NO_STREAM, STREAM_EXISTS and the versions from 0`);
}

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

const NAMES: readonly unknown[] = [ANY, NO_STREAM, STREAM_EXISTS];

/**
 * The expected version that a user gave.
 * @internal
 */
export function expectedFrom(value: unknown): ExpectedVersion {
  if (value === undefined) return ANY;
  if (NAMES.includes(value) || (Number.isSafeInteger(value) && (value as number) >= 0)) {
    return value as ExpectedVersion;
  }
  throw invalid("expectedVersion", `${shown(value)} is none of ANY, NO_STREAM, STREAM_EXISTS and the versions from 0`);
}

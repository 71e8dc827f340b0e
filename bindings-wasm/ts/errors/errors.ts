import type { ExpectedVersion } from "../store/expected.js";

/** Marks errors of onefold, also those of another copy of the package. */
const MARK = Symbol.for("onefold.error");

/**
 * The base of every error of onefold. `code` is stable and the same in every language.
 *
 * ```ts
 * import { CursorError, isOnefoldError } from "onefold";
 *
 * const error = new CursorError({ cursor: "nonsense" });
 * console.assert(isOnefoldError(error) && error.code === "cursor");
 * ```
 */
export class OnefoldError extends Error {
  /** The stable code: the class's name without `Error`, in snake_case. */
  readonly code: string = "onefold";

  constructor({ message = "onefold failed", cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    // Before the fields of subclasses: a name that minifiers do not change.
    Object.defineProperty(this, MARK, { value: true });
  }
}

/** What every error takes: its message, unless it words one itself, and what caused it. */
export interface ErrorDetails {
  readonly message?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Whether something thrown is an error of onefold, also of another copy of the package: two may be bundled.
 *
 * ```ts
 * import { isOnefoldError, openMemory } from "onefold";
 *
 * const store = await openMemory();
 * try {
 *   await store.readAll({ afterPosition: 7 });
 * } catch (error) {
 *   if (!isOnefoldError(error, "cursor")) throw error;
 * }
 * ```
 */
export function isOnefoldError(thrown: unknown, code?: string): thrown is OnefoldError {
  if (typeof thrown !== "object" || thrown === null || !(MARK in thrown)) return false;
  return code === undefined || (thrown as { code?: unknown }).code === code;
}

/** The stream is at another version than the append expected; nothing was written. */
export class ConflictError extends OnefoldError {
  override readonly name = "ConflictError";
  override readonly code = "conflict";
  readonly streamId: string;
  /** What the caller gave. */
  readonly expected: ExpectedVersion;
  /** The version of the stream. */
  readonly actual: number;

  constructor(details: ErrorDetails & { streamId: string; expected: ExpectedVersion; actual: number }) {
    const { streamId, expected, actual } = details;
    const wanted = typeof expected === "number" ? `version ${expected}` : expected.replace("_", " ");
    super({
      message: `stream \`${streamId}\` is at version ${actual}, expected ${wanted}; load it again, decide again and retry`,
      ...details,
    });
    this.streamId = streamId;
    this.expected = expected;
    this.actual = actual;
  }
}

/** Event ids that the store knows already, in a way that is no plain retry; nothing was written. */
export class DuplicateEventError extends OnefoldError {
  override readonly name = "DuplicateEventError";
  override readonly code = "duplicate_event";
  readonly ids: readonly string[];

  constructor(details: ErrorDetails & { ids: readonly string[] }) {
    const listed = details.ids.slice(0, 3).map((id) => `\`${id}\``);
    super({
      message: `event ids ${listed.join(", ")}: already in the store; a retry must repeat the whole append as it was`,
      ...details,
    });
    this.ids = [...details.ids];
  }
}

/** An event that cannot be stored as it is; nothing was written. `path` leads to the fault in it. */
export class InvalidEventError extends OnefoldError {
  override readonly name = "InvalidEventError";
  override readonly code = "invalid_event";
  /** Such as `data.items[3].price`. */
  readonly path: string;
  /** Which event of the append, from 0. */
  readonly index: number;

  constructor(details: ErrorDetails & { path: string; reason?: string; index?: number }) {
    const { path, reason = "it cannot be stored", index = 0 } = details;
    super({ message: `event ${index} at \`${path}\`: ${reason}`, ...details });
    this.path = path;
    this.index = index;
  }
}

/** An argument of a wrong type or out of its range; nothing was done. */
export class InvalidArgumentError extends OnefoldError {
  override readonly name = "InvalidArgumentError";
  override readonly code = "invalid_argument";
  readonly argument: string;

  constructor(details: ErrorDetails & { argument: string; reason?: string }) {
    const { argument, reason = "it is out of its range" } = details;
    super({ message: `invalid \`${argument}\`: ${reason}`, ...details });
    this.argument = argument;
  }
}

/** More than the store's limits allow; nothing was written. */
export class LimitExceededError extends OnefoldError {
  override readonly name = "LimitExceededError";
  override readonly code = "limit_exceeded";
  readonly field: string;
  readonly limit: number;

  constructor(details: ErrorDetails & { field: string; limit: number }) {
    const { field, limit } = details;
    super({
      message: `\`${field}\` is past the limit of ${limit}; send less or raise the limit when the store is opened`,
      ...details,
    });
    this.field = field;
    this.limit = limit;
  }
}

/** A stored event that cannot be brought to its current schema version. */
export class UpcastError extends OnefoldError {
  override readonly name = "UpcastError";
  override readonly code = "upcast";
  readonly type: string;
  readonly schemaVersion: number;

  constructor(details: ErrorDetails & { type: string; schemaVersion: number; reason?: string }) {
    const { type, schemaVersion, reason = "a step failed" } = details;
    super({ message: `cannot upcast \`${type}\` from schema version ${schemaVersion}: ${reason}`, ...details });
    this.type = type;
    this.schemaVersion = schemaVersion;
  }
}

/** A type that the registry does not know. */
export class UnknownEventError extends OnefoldError {
  override readonly name = "UnknownEventError";
  override readonly code = "unknown_event";
  readonly type: string;

  constructor(details: ErrorDetails & { type: string }) {
    super({
      message: `the registry does not know \`${details.type}\`; declare it, or use registry({ unknown: "skip" }) or "pass"`,
      ...details,
    });
    this.type = details.type;
  }
}

/** One thing wrong with a registry: its `kind` (`gap`, `alias_clash` …) and what it concerns. */
export interface RegistryFault {
  readonly kind: string;
  readonly message: string;
  readonly type?: string;
  readonly from?: number;
  readonly [detail: string]: unknown;
}

/** All that is wrong with a registry, as `faults`. */
export class RegistryError extends OnefoldError {
  override readonly name = "RegistryError";
  override readonly code = "registry";
  readonly faults: readonly RegistryFault[];

  constructor(details: ErrorDetails & { faults: readonly RegistryFault[] }) {
    const { faults } = details;
    const listed = faults.map((fault) => fault.message).join("; ");
    super({ message: `the registry has ${faults.length} fault(s): ${listed}`, ...details });
    this.faults = [...faults];
  }
}

/** A cursor that is malformed, of another store, or ahead of this one. */
export class CursorError extends OnefoldError {
  override readonly name = "CursorError";
  override readonly code = "cursor";
  readonly cursor: string;

  constructor(details: ErrorDetails & { cursor: string }) {
    super({
      message: `cursor \`${details.cursor}\` is not of this store; start again from 0 or from a cursor of it`,
      ...details,
    });
    this.cursor = details.cursor;
  }
}

/** A command for a stream whose decider says that it has ended. */
export class TerminatedError extends OnefoldError {
  override readonly name = "TerminatedError";
  override readonly code = "terminated";
  readonly streamId: string;
  /** The version at which it ended. */
  readonly version: number;

  constructor(details: ErrorDetails & { streamId: string; version: number }) {
    const { streamId, version } = details;
    super({ message: `stream \`${streamId}\` has ended at version ${version}; it takes no more commands`, ...details });
    this.streamId = streamId;
    this.version = version;
  }
}

/** The store was closed. */
export class ClosedError extends OnefoldError {
  override readonly name = "ClosedError";
  override readonly code = "closed";

  constructor(details: ErrorDetails = {}) {
    super({ message: "the store is closed; open it again", ...details });
  }
}

/**
 * A store that failed at its own work: a full disk, a corrupt file, an error of a custom store.
 *
 * Whether a failed append was written is open unless the message says so: a retry with the same event ids tells.
 */
export class StoreError extends OnefoldError {
  override readonly name: string = "StoreError";
  override readonly code: string = "store";

  constructor(details: ErrorDetails = {}) {
    super({ message: "the store failed; its cause says why", ...details });
  }
}

/** The store does not answer or stays locked: a later try may succeed. */
export class StoreUnavailableError extends StoreError {
  override readonly name = "StoreUnavailableError";
  override readonly code = "store_unavailable";
}

/** The store's schema is not ours, or of another version. */
export class MigrationError extends StoreError {
  override readonly name = "MigrationError";
  override readonly code = "migration";
}

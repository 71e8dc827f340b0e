import { flagFrom, invalid, optionsFrom, shown, textFrom, wholeFrom } from "../arguments.js";

/** Which events of a stream to read. */
export interface ReadStreamOptions {
  /** The first version, inclusive; 0 is the same as 1. Absent, the first, or the last when going backwards. */
  readonly fromVersion?: number | undefined;
  /** How many stored events that yield something, from 0; absent, all. */
  readonly limit?: number | undefined;
  /** From high versions to low. */
  readonly backwards?: boolean | undefined;
}

/** Which events of the whole store to read: those that match every filter given. */
export interface ReadAllOptions {
  /** Where to begin, exclusive: a position, or a cursor that `store.cursor` made. */
  readonly afterPosition?: number | string | undefined;
  /** How many stored events that yield something: 1,000 unless given; `null` for all. */
  readonly limit?: number | null | undefined;
  /** From high positions to low. */
  readonly backwards?: boolean | undefined;
  /** The category of the stream; an id without `-` is its own category. */
  readonly category?: string | undefined;
  /** The types, by their current names or aliases; an empty list finds nothing. */
  readonly types?: readonly string[] | undefined;
  readonly tenant?: string | undefined;
  readonly correlationId?: string | undefined;
  /** Recorded at this moment or later. */
  readonly recordedFrom?: Date | undefined;
  /** Recorded before this moment. */
  readonly recordedTo?: Date | undefined;
}

/** How many stored events an iterator fetches at a time. */
export interface PageOptions {
  /** From 1; 1,000 unless given. */
  readonly pageSize?: number | undefined;
}

/**
 * As the core takes it.
 * @internal
 */
export interface StreamQuery {
  readonly fromVersion: number | undefined;
  readonly limit: number | undefined;
  readonly backwards: boolean;
}

/**
 * As the core takes it; moments are in microseconds.
 * @internal
 */
export interface AllQuery {
  readonly after: number | string | undefined;
  readonly limit: number | undefined;
  readonly backwards: boolean;
  readonly category: string | undefined;
  readonly types: string[] | undefined;
  readonly tenant: string | undefined;
  readonly correlationId: string | undefined;
  readonly recordedFrom: number | undefined;
  readonly recordedTo: number | undefined;
}

const STREAM_OPTIONS = ["fromVersion", "limit", "backwards"] as const;
const ALL_OPTIONS = [
  "afterPosition",
  "limit",
  "backwards",
  "category",
  "types",
  "tenant",
  "correlationId",
  "recordedFrom",
  "recordedTo",
] as const;

const DEFAULT_LIMIT = 1000;
const DEFAULT_PAGE = 1000;

/**
 * The options of a read of a stream.
 * @internal
 */
export function streamQueryFrom(options: ReadStreamOptions | undefined): StreamQuery {
  const { fromVersion, limit, backwards } = optionsFrom(options, STREAM_OPTIONS);
  return {
    fromVersion: fromVersion === undefined ? undefined : wholeFrom("fromVersion", fromVersion),
    limit: limit === undefined ? undefined : wholeFrom("limit", limit),
    backwards: flagFrom("backwards", backwards),
  };
}

/**
 * The options of a read of the whole store, with the limit that holds where none is given.
 * @internal
 */
export function allQueryFrom(options: ReadAllOptions | undefined, limit: number | null = DEFAULT_LIMIT): AllQuery {
  const given = optionsFrom(options, ALL_OPTIONS);
  const most = given.limit === undefined ? limit : given.limit;
  return {
    after: afterFrom(given.afterPosition),
    limit: most === null ? undefined : wholeFrom("limit", most),
    backwards: flagFrom("backwards", given.backwards),
    category: optionalText("category", given.category),
    types: given.types === undefined ? undefined : typesFrom(given.types),
    tenant: optionalText("tenant", given.tenant),
    correlationId: optionalText("correlationId", given.correlationId),
    recordedFrom: momentFrom("recordedFrom", given.recordedFrom),
    recordedTo: momentFrom("recordedTo", given.recordedTo),
  };
}

/**
 * Takes the page size out of the options of an iterator.
 * @internal
 */
export function pageFrom<O extends PageOptions>(options: O | undefined): [number, Omit<O, "pageSize"> | undefined] {
  if (typeof options !== "object" || options === null) return [DEFAULT_PAGE, options];
  const { pageSize = DEFAULT_PAGE, ...rest } = options;
  if (wholeFrom("pageSize", pageSize) === 0) throw invalid("pageSize", "0 is none; give a whole number from 1");
  // A page of more events than an array may have is a page of all.
  return [Math.min(pageSize, 2 ** 32 - 1), rest];
}

function afterFrom(value: unknown): number | string | undefined {
  if (value === undefined) return undefined;
  return typeof value === "string" ? textFrom("afterPosition", value) : wholeFrom("afterPosition", value);
}

function optionalText(argument: string, value: unknown): string | undefined {
  return value === undefined ? undefined : textFrom(argument, value);
}

function typesFrom(value: unknown): string[] {
  if (!Array.isArray(value)) throw invalid("types", `${shown(value)} is no array of strings`);
  return value.map((name) => textFrom("types", name));
}

function momentFrom(argument: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
    throw invalid(argument, `${shown(value)} is no Date`);
  }
  return value.getTime() * 1000;
}

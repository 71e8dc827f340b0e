import { NotJson, takeWhole } from "../../../js/modules/json.js";
import { type Filter, metadata, record, type StoredRecord } from "../../../js/modules/records.js";
import { invalid, isWhole, shown } from "../arguments.js";
import type { ConflictError, DuplicateEventError } from "../errors/errors.js";
import { isOnefoldError } from "../errors/errors.js";
import type { Envelope, Metadata, StoredEvent } from "../event/event.js";
import type { ExpectedVersion } from "./expected.js";
import type { AppendResult } from "./results.js";

/** Which events of the whole store: all that match every field given. `types` are stored types. */
export interface ReadFilter {
  readonly category: string | undefined;
  readonly types: readonly string[] | undefined;
  readonly tenant: string | undefined;
  readonly correlationId: string | undefined;
  readonly recordedFrom: Date | undefined;
  readonly recordedTo: Date | undefined;
}

/** A folded state, kept so that a load need not fold from the first event. */
export interface Snapshot {
  readonly streamId: string;
  readonly name: string;
  readonly stateVersion: number;
  readonly version: number;
  readonly state: unknown;
}

type Awaitable<T> = T | Promise<T>;

/**
 * What `openStore` asks of a store of one's own.
 *
 * `append` gets complete, checked events, and writes all or none of them under the rules of the store contract; it
 * throws `ConflictError` and `DuplicateEventError` itself. Whatever else a method throws comes out as a `StoreError`
 * with the cause. `epoch` is a UUID that lasts as long as its positions. Snapshots are a cache: one that fails is
 * warned of and fails nothing; `saveSnapshot` keeps the newer one.
 */
export interface EventStore {
  readonly epoch?: string;
  /** Writes all of the events or none, if the stream is as expected. */
  append(streamId: string, envelopes: readonly Envelope[], expectedVersion: ExpectedVersion): Awaitable<AppendResult>;
  /** Events of one stream, in version order or backwards. */
  readStream(
    streamId: string,
    options: { fromVersion: number | undefined; limit: number | undefined; backwards: boolean },
  ): Awaitable<Iterable<StoredEvent>>;
  /** Events of the whole store, in position order or backwards; the filter applies before the limit. */
  readAll(options: {
    afterPosition: number | undefined;
    limit: number | undefined;
    backwards: boolean;
    filter: ReadFilter;
  }): Awaitable<Iterable<StoredEvent>>;
  /** The version of a stream; 0 where it does not exist. */
  streamVersion(streamId: string): Awaitable<number>;
  /** The position of the last event that a reader may see. */
  head(): Awaitable<number>;
  /** The event of this id, if there is one. */
  findEvent(id: string): Awaitable<StoredEvent | null | undefined>;
  loadSnapshot?(streamId: string, name: string): Awaitable<Snapshot | null | undefined>;
  saveSnapshot?(snapshot: Snapshot): Awaitable<void>;
  close?(): Awaitable<void>;
}

const METHODS = ["append", "readStream", "readAll", "streamVersion", "head", "findEvent"] as const;

/**
 * A store of the user's as the core runs it.
 * @internal
 */
export class CustomStore {
  readonly #store: EventStore;

  constructor(store: EventStore) {
    for (const method of METHODS) {
      if (typeof store?.[method] !== "function") {
        throw invalid("store", `${shown(store)} has no \`${method}\`; it needs ${METHODS.join(", ")}`);
      }
    }
    this.#store = store;
  }

  async append(streamId: string, envelopes: Envelope[], expected: ExpectedVersion) {
    try {
      const { version, position, duplicate } = await this.#store.append(streamId, envelopes, expected);
      return {
        kind: "appended",
        version: from(0, "version", version),
        position: from(0, "position", position),
        duplicate: Boolean(duplicate),
      };
    } catch (error) {
      // The store's own conflicts are ours, so that a command is tried again.
      if (isOnefoldError(error, "conflict")) {
        return { kind: "conflict", actual: from(0, "actual", (error as ConflictError).actual) };
      }
      if (isOnefoldError(error, "duplicate_event")) {
        return { kind: "duplicate", ids: (error as DuplicateEventError).ids.map(String) };
      }
      throw error;
    }
  }

  async readStream(
    streamId: string,
    fromVersion: number | undefined,
    limit: number | undefined,
    backwards: boolean,
  ): Promise<StoredRecord[]> {
    return recordsOf(await this.#store.readStream(streamId, { fromVersion, limit, backwards }));
  }

  async readAll(
    afterPosition: number | undefined,
    limit: number | undefined,
    backwards: boolean,
    given: Filter | undefined,
  ): Promise<StoredRecord[]> {
    const filter = {
      category: given?.category,
      types: given?.types && [...given.types],
      tenant: given?.tenant,
      correlationId: given?.correlationId,
      recordedFrom: date(given?.recordedFrom),
      recordedTo: date(given?.recordedTo),
    };
    return recordsOf(await this.#store.readAll({ afterPosition, limit, backwards, filter }));
  }

  async streamVersion(streamId: string): Promise<number> {
    return from(0, "version", await this.#store.streamVersion(streamId));
  }

  async head(): Promise<number> {
    return from(0, "position", await this.#store.head());
  }

  async findEvent(id: string): Promise<StoredRecord | undefined> {
    const found = await this.#store.findEvent(id);
    return found === null || found === undefined ? undefined : recordOf(found);
  }

  async loadSnapshot(streamId: string, name: string): Promise<Snapshot | undefined> {
    const kept = await this.#store.loadSnapshot?.(streamId, name);
    if (kept === null || kept === undefined) return undefined;
    const { stateVersion, version, state } = kept;
    return {
      streamId,
      name,
      stateVersion: from(0, "stateVersion", stateVersion),
      version: from(0, "version", version),
      state: json("state", state),
    };
  }

  async saveSnapshot(streamId: string, name: string, stateVersion: number, version: number, state: unknown) {
    await this.#store.saveSnapshot?.({ streamId, name, stateVersion, version, state });
  }

  async close(): Promise<void> {
    await this.#store.close?.();
  }
}

function recordsOf(events: Iterable<StoredEvent>): StoredRecord[] {
  if (typeof events !== "object" || events === null || !(Symbol.iterator in events)) {
    throw new TypeError(`it gave ${shown(events)} instead of stored events`);
  }
  return Array.from(events, recordOf);
}

function recordOf(event: StoredEvent): StoredRecord {
  if (typeof event !== "object" || event === null) throw new TypeError(`${shown(event)} is no stored event`);
  return record(
    text("id", event.id),
    text("type", event.type),
    from(1, "schemaVersion", event.schemaVersion ?? 1),
    from(0, "part", event.part ?? 0),
    json("data", event.data),
    recordMetadata(event.metadata),
    text("streamId", event.streamId),
    from(1, "version", event.version),
    from(1, "position", event.position),
    micros(event.recordedAt),
  );
}

function recordMetadata(given: Metadata | null | undefined) {
  const { correlationId, causationId, tenant, extra } = given ?? {};
  return metadata(
    optionalText("correlationId", correlationId),
    optionalText("causationId", causationId),
    optionalText("tenant", tenant),
    extra === null || extra === undefined ? undefined : (json("extra", extra) as { [key: string]: unknown }),
  );
}

/** A whole number, not below the first one that there is. */
function from(first: number, field: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < first) {
    throw new TypeError(`\`${field}\`: ${shown(value)} is no whole number from ${first}`);
  }
  return value as number;
}

function text(field: string, value: unknown): string {
  if (typeof value !== "string" || !isWhole(value)) throw new TypeError(`\`${field}\`: ${shown(value)} is no text`);
  return value;
}

function optionalText(field: string, value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : text(field, value);
}

function json(field: string, value: unknown): unknown {
  try {
    return takeWhole(value).value;
  } catch (fault) {
    if (!(fault instanceof NotJson)) throw fault;
    throw new TypeError(`${field}${fault.path}: ${fault.reason}`);
  }
}

/** A `Date`, or RFC 3339 text with its offset, in microseconds. */
function micros(moment: unknown): number {
  const isText = typeof moment === "string" && /T.*(Z|[+-]\d\d:\d\d)$/i.test(moment);
  const time = moment instanceof Date ? moment.getTime() : isText ? Date.parse(moment) : Number.NaN;
  if (Number.isNaN(time)) throw new TypeError(`\`recordedAt\`: ${shown(moment)} is no moment; give a Date`);
  return time * 1000;
}

function date(micros: number | undefined): Date | undefined {
  return micros === undefined ? undefined : new Date(micros / 1000);
}

import {
  type AppendResult,
  ConflictError,
  DuplicateEventError,
  type Envelope,
  type EventStore,
  type ExpectedVersion,
  type ReadFilter,
  type Snapshot,
  type StoredEvent,
} from "onefold";
import { type Json, same } from "./values.js";

/** A store of one's own as a user may write it: plain arrays, and the rules of the contract. */
export class PlainStore implements EventStore {
  readonly epoch = crypto.randomUUID();
  readonly #log: StoredEvent[] = [];
  readonly #snapshots = new Map<string, Snapshot>();

  async append(streamId: string, envelopes: readonly Envelope[], expected: ExpectedVersion): Promise<AppendResult> {
    const repeated = this.#repeated(streamId, envelopes, expected);
    if (repeated) return { version: repeated.version, position: repeated.position, duplicate: true };
    const actual = this.streamVersion(streamId);
    if (!accepts(expected, actual)) throw new ConflictError({ streamId, expected, actual });
    for (const [index, envelope] of envelopes.entries()) {
      this.#log.push({
        ...envelope,
        streamId,
        version: actual + index + 1,
        // Positions with gaps: a store may have them.
        position: this.#log.length * 3 + 1,
        part: 0,
        recordedAt: new Date(),
      });
    }
    const last = this.#of(streamId).at(-1);
    return { version: last?.version ?? 0, position: last?.position ?? 0, duplicate: false };
  }

  readStream(streamId: string, { fromVersion, limit, backwards }: Json): StoredEvent[] {
    const inRange = (event: StoredEvent) =>
      fromVersion === undefined || (backwards ? event.version <= fromVersion : event.version >= fromVersion);
    return page(this.#of(streamId).filter(inRange), limit, backwards);
  }

  async readAll({ afterPosition, limit, backwards, filter }: Json): Promise<StoredEvent[]> {
    const inRange = ({ position }: StoredEvent) =>
      afterPosition === undefined || (backwards ? position < afterPosition : position > afterPosition);
    return page(
      this.#log.filter((event) => inRange(event) && matches(filter, event)),
      limit,
      backwards,
    );
  }

  streamVersion(streamId: string): number {
    return this.#of(streamId).length;
  }

  head(): number {
    return this.#log.at(-1)?.position ?? 0;
  }

  async findEvent(id: string): Promise<StoredEvent | undefined> {
    return this.#log.find((event) => event.id === id);
  }

  loadSnapshot(streamId: string, name: string): Snapshot | undefined {
    return this.#snapshots.get(`${streamId}\n${name}`);
  }

  saveSnapshot(snapshot: Snapshot): void {
    const key = `${snapshot.streamId}\n${snapshot.name}`;
    const kept = this.#snapshots.get(key);
    const isNewer =
      kept === undefined ||
      snapshot.stateVersion > kept.stateVersion ||
      (snapshot.stateVersion === kept.stateVersion && snapshot.version > kept.version);
    if (isNewer) this.#snapshots.set(key, snapshot);
  }

  #of(streamId: string): StoredEvent[] {
    return this.#log.filter((event) => event.streamId === streamId);
  }

  /** The last event of a retry; nothing for new events. Any other use of known ids is an error. */
  #repeated(streamId: string, envelopes: readonly Envelope[], expected: ExpectedVersion): StoredEvent | undefined {
    const known = envelopes.flatMap((envelope) => this.#log.filter((event) => event.id === envelope.id));
    const [first] = known;
    if (first === undefined) return undefined;
    const exact = expected === "no_stream" ? 0 : expected;
    const isRetry =
      known.length === envelopes.length &&
      known.every((event, index) => event.streamId === streamId && event.version === first.version + index) &&
      (typeof exact !== "number" || exact === first.version - 1) &&
      known.every((event, index) => isSameContent(envelopes[index], event));
    if (!isRetry) throw new DuplicateEventError({ ids: known.map((event) => event.id) });
    return known.at(-1);
  }
}

function accepts(expected: ExpectedVersion, actual: number): boolean {
  if (expected === "any") return true;
  if (expected === "no_stream") return actual === 0;
  return expected === "stream_exists" ? actual > 0 : actual === expected;
}

function isSameContent(envelope: Envelope | undefined, event: StoredEvent): boolean {
  return (
    envelope?.type === event.type && envelope.schemaVersion === event.schemaVersion && same(envelope.data, event.data)
  );
}

function matches(filter: ReadFilter, event: StoredEvent): boolean {
  const { category, types, tenant, correlationId, recordedFrom, recordedTo } = filter;
  return (
    (category === undefined || event.streamId.split("-")[0] === category) &&
    (types === undefined || types.includes(event.type)) &&
    (tenant === undefined || event.metadata.tenant === tenant) &&
    (correlationId === undefined || event.metadata.correlationId === correlationId) &&
    (recordedFrom === undefined || event.recordedAt >= recordedFrom) &&
    (recordedTo === undefined || event.recordedAt < recordedTo)
  );
}

function page(events: StoredEvent[], limit: number | undefined, backwards: boolean): StoredEvent[] {
  const ordered = backwards ? events.toReversed() : events;
  return ordered.slice(0, limit);
}

import { invalid, optionsFrom, shown, wholeFrom } from "../arguments.js";
import { metadataFrom } from "../event/draft.js";
import type { Envelope, Metadata } from "../event/event.js";
import type { Registry } from "../upcast/registry.js";
import { Options as CoreOptions } from "../wasm/module.js";

/** How every store is opened. */
export interface StoreOptions {
  /** The event types that it knows and how to upcast them; absent, everything passes as it is. */
  readonly events?: Registry | undefined;
  /** How much an append may hold. */
  readonly limits?: Limits | undefined;
  /** What adds metadata to new events, in this order. */
  readonly enrichers?: readonly Enricher[] | undefined;
  /** Takes a snapshot once so many events were folded since the last one; absent, never. */
  readonly snapshotEvery?: number | undefined;
}

/** How much an append may hold; checked before anything is written (`LimitExceededError`). */
export interface Limits {
  /** UTF-8 bytes of an event's data as JSON: 1 MiB unless given. */
  readonly dataBytes?: number;
  /** UTF-8 bytes of an event's metadata as JSON: 64 KiB. */
  readonly metadataBytes?: number;
  /** Arrays and objects within each other, the outermost being the first: 128; at most 512. */
  readonly nesting?: number;
  /** Events of one append: 10,000. */
  readonly events?: number;
  /** Characters of a stream id: 255. */
  readonly streamIdChars?: number;
  /** Characters of an event's type: 255. */
  readonly typeChars?: number;
  /** Characters of a tenant, a correlation id and a causation id each: 255. */
  readonly referenceChars?: number;
}

/**
 * Adds metadata to a new event: a trace id, a tenant. What it returns goes over what the event has, field by field.
 * It runs once for each event of an append; what it throws fails the append.
 */
export type Enricher = (event: Envelope) => Metadata;

/**
 * The names of {@link StoreOptions}.
 * @internal
 */
export const STORE_OPTIONS = ["events", "limits", "enrichers", "snapshotEvery"] as const;

const LIMITS = [
  "dataBytes",
  "metadataBytes",
  "nesting",
  "events",
  "streamIdChars",
  "typeChars",
  "referenceChars",
] as const;

/**
 * The options as the core takes them; the module must be loaded.
 * @internal
 */
export function coreOptions({ events, limits, enrichers = [], snapshotEvery }: StoreOptions): CoreOptions {
  const options = new CoreOptions();
  if (events !== undefined) {
    if (typeof events?.core !== "function") throw invalid("events", `${shown(events)} is no registry()`);
    options.events(events.core());
  }
  const given = optionsFrom(limits, LIMITS);
  for (const name of LIMITS) {
    const limit = given[name];
    if (limit !== undefined) options.limit(name, wholeFrom(`limits.${name}`, limit));
  }
  options.enrichers(enrichersFrom(enrichers));
  if (snapshotEvery !== undefined) options.snapshotEvery(wholeFrom("snapshotEvery", snapshotEvery));
  return options;
}

function enrichersFrom(enrichers: readonly Enricher[]) {
  if (!Array.isArray(enrichers)) throw invalid("enrichers", `${shown(enrichers)} is no array`);
  return enrichers.map((enricher: unknown) => {
    if (typeof enricher !== "function") throw invalid("enrichers", `${shown(enricher)} cannot be called`);
    return { enrich: (event: Envelope) => enriched(enricher(event)) };
  });
}

function enriched(metadata: unknown) {
  if (typeof metadata !== "object" || metadata === null || "then" in metadata) {
    throw invalid("enrichers", `an enricher returned ${shown(metadata)}; return metadata`);
  }
  return metadataFrom(metadata);
}

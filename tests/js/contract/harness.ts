import { registry, type Store, type StoreOptions } from "onefold";
import { camelCase, type Json } from "./values.js";

/** How the tests get at a kind of store. Nothing here is of Node: browsers run the same cases. */
export interface Harness {
  /** Whether the data outlive the store, so that several stores can be open on it. */
  readonly durable: boolean;
  /** A fresh, empty place for data. */
  place(): Promise<Place>;
}

/** Where the data of one test are. */
export interface Place {
  /** Opens a store over the data of this place. */
  open(options?: StoreOptions): Promise<Store>;
  /** Removes the data. */
  remove(): Promise<void>;
}

/** A case over a kind of store. */
export interface Case {
  readonly name: string;
  /** Why this kind of store cannot run it, if it cannot. */
  readonly skip: string | undefined;
  run(): Promise<void>;
}

/** Runs a case on a fresh place. */
export async function onFresh(harness: Harness, run: (place: Place) => Promise<void>): Promise<void> {
  const place = await harness.place();
  try {
    await run(place);
  } finally {
    await place.remove();
  }
}

/** The options of a vector as TypeScript takes them. */
export function storeOptions(options: Json): StoreOptions {
  const limits = Object.entries((options.limits ?? {}) as Record<string, number>);
  return {
    events: options.registry ? registry(options.registry) : undefined,
    limits: Object.fromEntries(limits.map(([name, limit]) => [camelCase(name), limit])),
    snapshotEvery: options.snapshot_every,
  };
}

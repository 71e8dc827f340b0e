import type { Database } from "../../../stores/indexeddb/js/database.js";
import { invalid, optionsFrom, shown, textFrom, wholeFrom } from "../arguments.js";
import { ClosedError } from "../errors/errors.js";
import { Store as CoreStore, ready } from "../wasm/module.js";
import { type BackupOptions, exportStream, type ImportResult, importFrom } from "./backup.js";
import { coreOptions, STORE_OPTIONS, type StoreOptions } from "./options.js";
import { Store } from "./store.js";

/** How a store in IndexedDB is opened. */
export interface IndexedDbOptions extends StoreOptions {
  /**
   * What an append that succeeded survives: a loss of power (`"strict"`, unless given), or a crash of the tab or the
   * browser, and of a loss of power only what the system had written by then (`"relaxed"`).
   */
  readonly durability?: "strict" | "relaxed" | undefined;
  /**
   * How long to wait for tabs and workers that hold the database in an older version or are deleting it, in
   * milliseconds: 5,000 unless given.
   */
  readonly blockedTimeoutMs?: number | undefined;
}

/**
 * Opens the store in the IndexedDB database of this name, and makes it where there is none.
 *
 * Any number of tabs and workers may have it open at once.
 *
 * ```ts
 * import { openIndexedDb } from "onefold";
 *
 * const store = await openIndexedDb("shop");
 * await store.append("Order-1", [{ type: "OrderPlaced", data: { totalCents: 5000 } }]);
 * ```
 *
 * @throws MigrationError for a database that is not a store, or of a newer version
 * @throws StoreUnavailableError where others hold an older version for too long, or there is no IndexedDB
 */
export async function openIndexedDb(name: string, options?: IndexedDbOptions): Promise<IndexedDbStore> {
  const given = optionsFrom(options, [...STORE_OPTIONS, "durability", "blockedTimeoutMs"]);
  const { durability = "strict", blockedTimeoutMs = 5_000 } = given;
  if (durability !== "strict" && durability !== "relaxed") {
    throw invalid("durability", `${shown(durability)} is neither "strict" nor "relaxed"`);
  }
  const patience = Math.min(wholeFrom("blockedTimeoutMs", blockedTimeoutMs), 2 ** 31 - 1);
  const database = textFrom("name", name);
  await ready();
  const core = await CoreStore.indexedDb(database, durability === "relaxed", patience, coreOptions(given));
  return new IndexedDbStore(core, durability);
}

/** A store in IndexedDB. */
export class IndexedDbStore extends Store {
  readonly #core: CoreStore;
  readonly #durability: "strict" | "relaxed";

  /** @internal */
  constructor(core: CoreStore, durability: "strict" | "relaxed") {
    super(core);
    this.#core = core;
    this.#durability = durability;
  }

  /**
   * A backup of all events, as they are stored: newline-delimited JSON in UTF-8. It has what was there when it began.
   * Snapshots are not in it: they are a cache.
   *
   * ```ts
   * import { openIndexedDb } from "onefold";
   *
   * const store = await openIndexedDb("shop");
   * const backup: Blob = await new Response(store.exportAll()).blob();
   * ```
   */
  exportAll(options?: BackupOptions): ReadableStream<Uint8Array> {
    const { onProgress } = optionsFrom(options, ["onProgress"]);
    return exportStream(this.#database(), onProgress, this.#failed);
  }

  /**
   * Writes the events of a backup into this store, which must be empty: all of them or none.
   *
   * Ids, versions and times stay as they were. The epoch is that of this store: cursors of the one that was backed up
   * are refused, since what it recorded after the backup is not here. The backup is held in memory until it is written.
   *
   * @throws InvalidEventError for an event that is not as it must be, with its index and path
   * @throws InvalidArgumentError for what is no backup or not all of one, and where the store is not empty
   */
  async importAll(backup: ReadableStream<Uint8Array> | Blob | string, options?: BackupOptions): Promise<ImportResult> {
    const { onProgress } = optionsFrom(options, ["onProgress"]);
    return await importFrom(backup, this.#database(), this.#durability, onProgress, this.#failed);
  }

  #database(): Database {
    if (this.closed) throw new ClosedError();
    return this.#core.database;
  }

  readonly #failed = (thrown: unknown): unknown =>
    thrown instanceof DOMException ? this.#core.databaseError(thrown) : thrown;
}

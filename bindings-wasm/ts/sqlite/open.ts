import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { flagFrom, invalid, optionsFrom, shown, textFrom, wholeFrom } from "../arguments.js";
import { StoreUnavailableError } from "../errors/errors.js";
import { coreOptions, STORE_OPTIONS, type StoreOptions } from "../store/options.js";
import { Store } from "../store/store.js";
import { Store as CoreStore, ready } from "../wasm/module.js";
import { setSqliteLibrary } from "../wasm/node.js";
import { Library } from "./driver.js";

/** How a SQLite file is opened. */
export interface SqliteOptions extends StoreOptions {
  /**
   * What an append that succeeded survives: `"strict"` (unless given) a loss of power, `"relaxed"` a crash of the
   * process, several times as fast. The file stays whole either way.
   */
  readonly durability?: "strict" | "relaxed" | undefined;
  /** How long to wait for another process that is writing, in milliseconds: 5,000 unless given. The thread waits. */
  readonly busyTimeoutMs?: number | undefined;
  /** Whether opening may make the tables of a new file and bring older ones up to date: yes unless given. */
  readonly migrate?: boolean | undefined;
}

const OPTIONS = [...STORE_OPTIONS, "durability", "busyTimeoutMs", "migrate"] as const;

/**
 * Opens the store in a SQLite file, and makes it where there is none: the same file as Python's and Rust's, which may
 * have it open at the same time. It needs Node 22.5 or newer, for `node:sqlite`.
 *
 * ```ts
 * import { openSqlite } from "onefold";
 *
 * await using store = await openSqlite("shop.db");
 * await store.append("Order-1", [{ type: "OrderPlaced", data: { totalCents: 5000 } }]);
 * ```
 */
export async function openSqlite(path: string | URL, options?: SqliteOptions): Promise<Store> {
  const given = optionsFrom(options, OPTIONS);
  const { durability = "strict", busyTimeoutMs = 5000, migrate = true } = given;
  if (durability !== "strict" && durability !== "relaxed") {
    throw invalid("durability", `${shown(durability)} is neither "strict" nor "relaxed"`);
  }
  const timeout = wholeFrom("busyTimeoutMs", busyTimeoutMs);
  const mayMigrate = flagFrom("migrate", migrate);
  const file = fileFrom(path);
  const library = await sqliteLibrary();
  await ready();
  setSqliteLibrary(library);
  return new Store(CoreStore.sqlite(file, durability, timeout, mayMigrate, coreOptions(given)));
}

function fileFrom(path: unknown): string {
  if (path instanceof URL) return fileURLToPath(path);
  const text = textFrom("path", path);
  // The core says what is wrong with these.
  return text === "" || text === ":memory:" ? text : resolve(text);
}

async function sqliteLibrary(): Promise<Library> {
  let sqlite: typeof import("node:sqlite");
  try {
    sqlite = await import("node:sqlite");
  } catch (cause) {
    const message = `this Node (${process.version}) has no node:sqlite; openSqlite needs Node 22.5 or newer`;
    throw new StoreUnavailableError({ message, cause });
  }
  return new Library(sqlite.DatabaseSync);
}

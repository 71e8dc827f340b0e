import { StoreUnavailableError } from "../errors/errors.js";
import type { Store } from "../store/store.js";
import type { SqliteOptions } from "./open.js";

/** Opens the store in a SQLite file, in Node. Elsewhere it is a `StoreUnavailableError`. */
export async function openSqlite(_path: string | URL, _options?: SqliteOptions): Promise<Store> {
  throw new StoreUnavailableError({ message: "there are no SQLite files here; openSqlite needs Node 22.5 or newer" });
}

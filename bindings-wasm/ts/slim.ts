/** onefold without automatic loading, for bundlers and runtimes that place the module themselves. */

import { ready } from "./wasm/module.js";
import type { Source } from "./wasm/source.js";

export * from "./api.js";
export { openSqlite } from "./sqlite/absent.js";
export type { SqliteOptions } from "./sqlite/open.js";
export type { Source } from "./wasm/source.js";

/**
 * Loads the WebAssembly module: from its address, a response, its bytes, or compiled already. To be awaited before the
 * first store is opened.
 *
 * ```ts
 * import { readFile } from "node:fs/promises";
 * import { createRequire } from "node:module";
 * import { init, openMemory } from "onefold/slim";
 *
 * await init(await readFile(createRequire(import.meta.url).resolve("onefold/onefold.wasm")));
 * const store = await openMemory();
 * ```
 */
export async function init(source: Source): Promise<void> {
  await ready(source);
}

/** onefold in browsers, workers and other runtimes that fetch. */

import { loadFrom } from "./wasm/module.js";

export * from "./api.js";
export { openSqlite } from "./sqlite/absent.js";
export type { SqliteOptions } from "./sqlite/open.js";

// The pattern that bundlers know: they put the file beside their own and mend its address.
loadFrom(() => new URL("./onefold.wasm", import.meta.url));

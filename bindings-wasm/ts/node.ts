/** onefold in Node, which reads the module from its file. */

import { readFile } from "node:fs/promises";
import { loadFrom } from "./wasm/module.js";

export * from "./api.js";
export { openSqlite, type SqliteOptions } from "./sqlite/open.js";

loadFrom(() => readFile(new URL("./onefold.wasm", import.meta.url)));

/** Runs the tests of the npm package in Node, in the one that `ONEFOLD_TEST_NODE` names or in this one. */

import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runTests } from "./runner.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const BUILT = join(HERE, ".built");

rmSync(BUILT, { recursive: true, force: true });
process.exitCode = await runTests(HERE, BUILT, process.env.ONEFOLD_TEST_NODE ?? process.execPath);

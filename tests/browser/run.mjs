/** Runs the tests in a real Chromium: builds their pages, then hands them to Node's test runner. */

import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { ROOT, runTests } from "../js/runner.mjs";
import { chromiumPath } from "./harness/chromium.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const BUILT = join(HERE, ".built");

/** Says at once what is missing. */
chromiumPath();

rmSync(BUILT, { recursive: true, force: true });
await build({
  absWorkingDir: ROOT,
  entryPoints: readdirSync(join(HERE, "pages")).map((file) => join(HERE, "pages", file)),
  outdir: join(BUILT, "pages"),
  bundle: true,
  format: "esm",
  target: "es2022",
  plugins: [servedPackage()],
});
process.exitCode = await runTests(HERE, BUILT, process.execPath);

/** Pages load the package as it was built, from the server. */
function servedPackage() {
  const path = "/lib/web/index.js";
  return {
    name: "served package",
    setup: ({ onResolve }) => onResolve({ filter: /^onefold$/ }, () => ({ path, external: true })),
  };
}

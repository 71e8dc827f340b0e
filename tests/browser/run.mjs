/** Runs the tests in a real Chromium: builds their pages, then hands them to Node's test runner. */

import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromiumPath } from "./harness/chromium.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(HERE));
const BUILT = join(HERE, ".built");

/** Says at once what is missing. */
chromiumPath();

const wanted = process.argv.slice(2);
const tests = readdirSync(HERE).filter(
  (file) => file.endsWith(".test.ts") && (wanted.length === 0 || wanted.some((name) => file.startsWith(name))),
);
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
await build({
  absWorkingDir: ROOT,
  entryPoints: tests.map((file) => join(HERE, file)),
  outdir: BUILT,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  sourcemap: "inline",
});
if (tests.includes("rust.test.ts")) {
  const task = ["run", "--quiet", "-p", "xtask", "--", "tests", "tests/browser/.rust"];
  const { status } = spawnSync("cargo", task, { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
const files = tests.map((file) => join(BUILT, file.replace(/\.ts$/, ".mjs")));
const reporter = process.env.ONEFOLD_TEST_REPORTER ?? "dot";
const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", `--test-reporter=${reporter}`, ...files], {
  cwd: ROOT,
  stdio: "inherit",
});
process.exitCode = run.status ?? 1;

/** Pages load the package as it was built, from the server. */
function servedPackage() {
  const path = "/lib/web/index.js";
  return {
    name: "served package",
    setup: ({ onResolve }) => onResolve({ filter: /^onefold$/ }, () => ({ path, external: true })),
  };
}

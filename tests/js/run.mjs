/** Runs the tests of the npm package in Node: builds them, then hands them to Node's test runner. */

import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(HERE));
const BUILT = join(HERE, ".built");

const wanted = process.argv.slice(2);
const tests = readdirSync(HERE).filter(
  (file) => file.endsWith(".test.ts") && (wanted.length === 0 || wanted.some((name) => file.startsWith(name))),
);
rmSync(BUILT, { recursive: true, force: true });
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
const node = process.env.ONEFOLD_TEST_NODE ?? process.execPath;
const files = tests.map((file) => join(BUILT, file.replace(/\.ts$/, ".mjs")));
const reporter = process.env.ONEFOLD_TEST_REPORTER ?? "dot";
const run = spawnSync(node, ["--enable-source-maps", "--test", `--test-reporter=${reporter}`, ...files], {
  cwd: ROOT,
  stdio: "inherit",
});
process.exitCode = run.status ?? 1;

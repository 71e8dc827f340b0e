/** Builds the tests of a folder and hands them to Node's test runner. */

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Runs the tests whose names begin with one of those on the command line, or all.
 *
 * @param {string} folder where the tests are
 * @param {string} built where they are built to; it is empty or holds what they need
 * @param {string} node the executable that runs them
 * @returns {Promise<number>} the exit code
 */
export async function runTests(folder, built, node) {
  const wanted = process.argv.slice(2);
  const tests = readdirSync(folder).filter(
    (file) => file.endsWith(".test.ts") && (wanted.length === 0 || wanted.some((name) => file.startsWith(name))),
  );
  await build({
    absWorkingDir: ROOT,
    entryPoints: tests.map((file) => join(folder, file)),
    outdir: built,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    sourcemap: "inline",
  });
  const files = tests.map((file) => join(built, file.replace(/\.ts$/, ".mjs")));
  const reporter = process.env.ONEFOLD_TEST_REPORTER ?? "dot";
  const run = spawnSync(node, ["--enable-source-maps", "--test", `--test-reporter=${reporter}`, ...files], {
    cwd: ROOT,
    stdio: "inherit",
  });
  return run.status ?? 1;
}

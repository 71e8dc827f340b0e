/** Measures onefold on IndexedDB in a real Chromium, beside IndexedDB by hand, Dexie and idb: `node bench/js/browser.mjs [rounds]`. */

import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { launch } from "../../tests/browser/harness/chromium.mjs";
import { inWorker } from "../../tests/browser/harness/run.mjs";
import { serve } from "../../tests/browser/harness/server.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(HERE));
const BUILT = join(HERE, ".built");

/** What onefold's speed is to be, as a multiple of somebody's: by measure. */
const TARGETS = [
  ["append-100", "by hand", 0.85],
  ["append-100", "dexie", 6],
  ["append-100", "idb", 6],
  ["append-1", "by hand", 0.85],
  ["append-1", "dexie", undefined],
  ["read-10k", "by hand", 0.8],
  ["read-10k", "dexie", 2.5],
  ["read-10k", "idb", undefined],
  ["load-10k", "by hand", 0.75],
  ["load-10k", "dexie", undefined],
];
/** Sixteen appends at once, beside one after the other. */
const TOGETHER = 2.5;
/** Milliseconds from nothing to an open store. */
const START = 50;

const rounds = Number(process.argv[2] ?? 9);
rmSync(BUILT, { recursive: true, force: true });
await build({
  absWorkingDir: ROOT,
  entryPoints: [join(HERE, "browser/measures.ts")],
  outdir: BUILT,
  bundle: true,
  format: "esm",
  target: "es2022",
  plugins: [servedPackage()],
});
const server = await serve({
  "/lib/": join(ROOT, "lib"),
  "/bench/": BUILT,
  "/harness/": join(ROOT, "tests/browser/harness"),
});
const browser = await launch();
try {
  const page = await browser.context.newPage();
  await page.goto(server.origin);
  const starts = [];
  // Each worker loads the module anew.
  for (let n = 0; n < rounds; n++) starts.push(await inWorker(page, "/bench/measures.js", "start"));
  report(await inWorker(page, "/bench/measures.js", "measure", rounds), starts);
} finally {
  await browser.close();
  await server.close();
}

function report(times, starts) {
  for (const [measure, against, target] of TARGETS) {
    const ratio = median(times[measure].onefold.map((own, round) => times[measure][against][round] / own));
    row(measure, `${perSecond(measure, times[measure].onefold)} against ${against}`, ratio, target);
  }
  const together = median(times["append-16"].onefold.map((own, round) => times["append-1"].onefold[round] / own));
  row("append-16", `${perSecond("append-16", times["append-16"].onefold)} against append-1`, together, TOGETHER);
  const start = median(starts);
  console.log(
    `${"start".padEnd(12)} ${`${start.toFixed(1)} ms to an open store`.padEnd(46)} at most ${START}: ${start < START ? "met" : "NOT MET"}`,
  );
}

function row(measure, what, ratio, target) {
  const verdict = target === undefined ? "" : `at least ${target}: ${ratio >= target ? "met" : "NOT MET"}`;
  console.log(`${measure.padEnd(12)} ${what.padEnd(46)} ${ratio.toFixed(2).padStart(6)}×  ${verdict}`);
}

function perSecond(measure, times) {
  const events = { "append-100": 100, "read-10k": 10_000, "load-10k": 10_000 }[measure] ?? 1;
  return `${Math.round((events * 1000) / median(times)).toLocaleString("en")} events/s`;
}

function median(numbers) {
  return [...numbers].sort((one, other) => one - other)[numbers.length >> 1];
}

function servedPackage() {
  const path = "/lib/web/index.js";
  return {
    name: "served package",
    setup: ({ onResolve }) => onResolve({ filter: /^onefold$/ }, () => ({ path, external: true })),
  };
}

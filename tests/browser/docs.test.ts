/** The examples in the docs that need a browser run in one; that they compile is tested with the others. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { type Site, startSite } from "./harness/site.mjs";

const SOURCES = readdirSync("bindings-wasm/ts", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => join("bindings-wasm/ts", file));

/** The examples of a page go on from one to the next. */
const examples = [
  { name: "docs/browser.md", code: blocksOf("docs/browser.md").join("\n") },
  ...SOURCES.flatMap((name) => blocksOf(name).map((code) => ({ name, code }))),
].filter(({ code }) => code.includes("openIndexedDb("));

let site: Site;

before(async () => {
  site = await startSite();
});
after(() => site.close());

test("there are examples", () => assert.ok(examples.length >= 3, `${examples.length} examples`));

examples.forEach(({ name, code }, index) => {
  test(`the example in ${name} runs`, async () => {
    await build({
      stdin: { contents: code, loader: "ts", resolveDir: "." },
      outfile: `tests/browser/.built/pages/example-${index}.js`,
      bundle: true,
      format: "esm",
      target: "es2022",
      plugins: [servedPackage()],
    });
    const page = await site.openPage();
    await page.evaluate((url) => import(url), `/pages/example-${index}.js`);
    await page.close();
  });
});

function blocksOf(source: string): string[] {
  const lines = readFileSync(source, "utf8").replaceAll(/^ *\* ?/gm, source.endsWith(".md") ? "$&" : "");
  return [...lines.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code ?? "");
}

function servedPackage(): import("esbuild").Plugin {
  const served: Record<string, string> = { onefold: "/lib/web/index.js", "onefold/slim": "/lib/web/slim.js" };
  return {
    name: "served package",
    setup: ({ onResolve }) =>
      onResolve({ filter: /^onefold(\/slim)?$/ }, ({ path }) => ({ path: served[path] ?? path, external: true })),
  };
}

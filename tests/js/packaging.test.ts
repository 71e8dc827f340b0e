/** The package as users get it: packed, installed, and used in Node, in bundlers and in a plain page. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { build as esbuild } from "esbuild";
import { launch } from "../browser/harness/chromium.mjs";
import { serve } from "../browser/harness/server.mjs";

const directory = mkdtempSync(join(tmpdir(), "onefold-package-"));
const installed = join(directory, "node_modules/onefold");
const npm = (...args: string[]) => execFileSync("npm", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

/** What a user may write: it gives a text that only a working store gives. */
const USE = `
export async function use(openMemory, decider, registry, given, isOnefoldError) {
  const events = registry().type("Added", { version: 2 }).upcast("Added", 1, { rename: { n: "by" } });
  const counter = decider({
    category: "Counter",
    initial: () => 0,
    decide: (by) => [{ type: "Added", data: { by } }],
    evolve: (total, { data }) => total + data.by,
  });
  given(counter, { type: "Added", data: { by: 1 } }).when(2).thenEvents({ type: "Added", data: { by: 2 } });
  const store = await openMemory({ events });
  await store.append("Counter-1", [{ type: "Added", schemaVersion: 1, data: { n: 3 } }]);
  const { state, version } = await store.execute(counter, "1", 4);
  const refused = await store.append("Counter-1", [], { expectedVersion: 7 }).catch((error) => error);
  return [state, version, refused.name, isOnefoldError(refused, "conflict")].join(" ");
}
`;
const USED = "7 2 ConflictError true";
const IMPORTS = `
import { decider, isOnefoldError, openMemory, registry } from "onefold";
import { given } from "onefold/testing";
import { use } from "./use.js";
export const used = () => use(openMemory, decider, registry, given, isOnefoldError);
`;

before(() => {
  const [{ filename }] = JSON.parse(npm("pack", "--json", "--pack-destination", directory));
  writeFileSync(join(directory, "package.json"), '{ "name": "app", "private": true, "type": "module" }');
  npm("install", "--offline", "--no-audit", "--no-fund", "--prefix", directory, join(directory, filename));
  writeFileSync(join(directory, "use.js"), USE);
  writeFileSync(join(directory, "app.js"), IMPORTS);
  writeFileSync(join(directory, "page.js"), 'import { used } from "./app.js";\nwindow.used = used();\n');
  writeFileSync(
    join(directory, "index.html"),
    '<!doctype html><title>app</title><script type="module" src="/page.js"></script>',
  );
});

after(() => rmSync(directory, { recursive: true }));

test("the tarball holds the package and nothing else", () => {
  const files = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1));
  for (const file of files) {
    assert.match(file, /^(lib\/|package\.json$|README\.md$|CHANGELOG\.md$|LICENSE-(APACHE|MIT)$)/);
  }
  for (const file of ["lib/web/index.js", "lib/web/onefold.wasm", "lib/node/onefold.wasm", "lib/types/index.d.ts"]) {
    assert.ok(files.includes(file), `${file} is missing`);
  }
});

test("Node ESM", () => {
  const run = 'import { used } from "./app.js";\nconsole.log(await used());';
  writeFileSync(join(directory, "node.js"), run);
  assert.equal(execFileSync(process.execPath, ["node.js"], { cwd: directory, encoding: "utf8" }).trim(), USED);
});

test("Node ESM, by onefold/slim and onefold/onefold.wasm", () => {
  const run = `import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { decider, init, isOnefoldError, openMemory, openSqlite, registry } from "onefold/slim";
import { given } from "onefold/testing";
import { use } from "./use.js";
const early = await openMemory().catch((error) => error.message);
await init(await readFile(createRequire(import.meta.url).resolve("onefold/onefold.wasm")));
const sqlite = await openSqlite("shop.db").catch((error) => error.code);
console.log(early.includes("init(urlOrBytes)"), sqlite, await use(openMemory, decider, registry, given, isOnefoldError));`;
  writeFileSync(join(directory, "slim.js"), run);
  const printed = execFileSync(process.execPath, ["slim.js"], { cwd: directory, encoding: "utf8" });
  assert.equal(printed.trim(), `true store_unavailable ${USED}`);
});

for (const resolution of ["nodenext", "bundler"]) {
  test(`types, by the resolution of ${resolution}, checked to the last declaration`, () => {
    writeFileSync(
      join(directory, "types.ts"),
      `import { type Event, openMemory, openSqlite, type StoredEvent } from "onefold";
import { given } from "onefold/testing";
import { init } from "onefold/slim";
const store = await openMemory();
const [event] = await store.readStream<Event<"A", { n: number }>>("A-1");
const n: number | undefined = event?.data.n;
// @ts-expect-error it is a number
const text: string | undefined = event?.data.n;
export { given, init, n, openSqlite, type StoredEvent, text };`,
    );
    const options = {
      target: "es2022",
      lib: ["es2022", "dom"],
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: [],
    };
    const module = resolution === "bundler" ? "esnext" : "nodenext";
    const compilerOptions = { ...options, module, moduleResolution: resolution };
    writeFileSync(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["types.ts"] }));
    const tsc = join(process.cwd(), "node_modules/typescript/bin/tsc");
    execFileSync(process.execPath, [tsc, "-p", directory], {
      encoding: "utf8",
      stdio: ["ignore", "inherit", "inherit"],
    });
  });
}

test("in Chromium", async (t) => {
  const { context, close } = await launch();
  const inPage = async (folder: string, headers?: string) => {
    const server = await serve({ "/": folder });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error: Error) => faults.push(String(error)));
    try {
      await page.goto(`${server.origin}/${headers ?? "index.html"}`);
      await page.waitForFunction(() => "used" in window, undefined, { timeout: 10_000 }).catch(() => {});
      assert.deepEqual(faults, []);
      return await page.evaluate(() => (window as unknown as { used: Promise<string> }).used);
    } finally {
      await page.close();
      await server.close();
    }
  };

  await t.test("a plain page, by an import map", async () => {
    const folder = fresh("plain");
    const map = { imports: { onefold: "/onefold/lib/web/index.js", "onefold/testing": "/onefold/lib/web/testing.js" } };
    writeFileSync(
      join(folder, "index.html"),
      `<!doctype html><script type="importmap">${JSON.stringify(map)}</script><script type="module" src="/page.js"></script>`,
    );
    for (const file of ["page.js", "app.js", "use.js"]) copyFileSync(join(directory, file), join(folder, file));
    copyFolder(join(installed, "lib"), join(folder, "onefold/lib"));
    assert.equal(await inPage(folder), USED);
  });

  await t.test("Vite", async () => {
    const { build } = await import("vite");
    const outDir = fresh("vite");
    await build({ root: directory, logLevel: "error", build: { outDir, emptyOutDir: true, target: "es2022" } });
    assert.equal(await inPage(outDir), USED);
  });

  await t.test("webpack", async () => {
    const { default: webpack } = await import("webpack");
    const folder = fresh("webpack");
    const stats = await promisify(webpack as never as (options: object, done: () => void) => void)({
      mode: "production",
      context: directory,
      entry: "./page.js",
      output: { path: folder, filename: "page.js" },
    });
    const { errors, warnings } = (stats as never as { toJson(): { errors: unknown[]; warnings: unknown[] } }).toJson();
    assert.deepEqual([errors, warnings], [[], []]);
    copyFileSync(join(directory, "index.html"), join(folder, "index.html"));
    assert.equal(await inPage(folder), USED);
  });

  await t.test("esbuild, and the module copied beside its output", async () => {
    const folder = fresh("esbuild");
    await esbuild({
      absWorkingDir: directory,
      entryPoints: ["page.js"],
      bundle: true,
      format: "esm",
      outdir: folder,
      logLevel: "error",
    });
    copyFileSync(join(installed, "lib/web/onefold.wasm"), join(folder, "onefold.wasm"));
    copyFileSync(join(directory, "index.html"), join(folder, "index.html"));
    assert.equal(await inPage(folder), USED);
  });

  await close();
});

function fresh(name: string): string {
  const folder = join(directory, "out", name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function copyFolder(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name).slice(from.length + 1);
    mkdirSync(dirname(join(to, file)), { recursive: true });
    copyFileSync(join(from, file), join(to, file));
  }
}

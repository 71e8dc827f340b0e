/**
 * Builds the npm package into lib/: the WebAssembly module, the JavaScript around it, and its types.
 * What the module itself is made of comes from `cargo run -p xtask -- wasm bindings-wasm/pkg`.
 */

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { shorten } from "./shorten.mjs";
import { snip } from "./snip.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PKG = join(ROOT, "bindings-wasm/pkg");
const LIB = join(ROOT, "lib");
/** What a browser may load at the most, compressed. */
const MOST_BYTES = 100_000;

/**
 * How wasm-opt makes each module: small, where it is loaded over the network. The low end of the memory is unused: it
 * is that of the stack, where it would overflow.
 */
const PASSES = { web: ["-Oz", "--low-memory-unused", "--converge"], node: ["-O3"] };

const require = createRequire(import.meta.url);

rmSync(LIB, { recursive: true, force: true });
const web = await module("web", { index: "index", slim: "slim", testing: "testing/index" });
await module("node", { index: "node", testing: "testing/index" });
declareTypes();
report(web);

/** Builds one of the two: what browsers load, and what Node does. Each has a module and entries of its own. */
async function module(name, entries) {
  const folder = join(LIB, name);
  const short = join(PKG, name, "short");
  for (const made of [folder, short]) mkdirSync(made, { recursive: true });
  const { wasm, glue } = shorten(
    readFileSync(join(PKG, name, "onefold_bg.wasm")),
    readFileSync(join(PKG, name, "onefold.js"), "utf8"),
  );
  writeFileSync(join(short, "onefold.wasm"), snip(wasm));
  writeFileSync(join(short, "onefold.js"), glue);
  optimize(join(short, "onefold.wasm"), join(folder, "onefold.wasm"), PASSES[name]);
  const { metafile } = await bundle(name, folder, entries);
  return metafile;
}

function optimize(from, to, passes) {
  const wasmOpt = join(dirname(require.resolve("binaryen/package.json")), "bin/wasm-opt");
  const features = [
    "bulk-memory",
    "nontrapping-float-to-int",
    "sign-ext",
    "mutable-globals",
    "multivalue",
    "reference-types",
  ];
  const flags = features.map((feature) => `--enable-${feature}`);
  const strip = ["--strip-debug", "--strip-producers"];
  execFileSync(process.execPath, [wasmOpt, from, "-o", to, ...passes, ...strip, ...flags]);
}

async function bundle(name, folder, entries) {
  return await build({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([entry, source]) => [entry, `bindings-wasm/ts/${source}.ts`]),
    ),
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    external: ["node:*"],
    minify: true,
    // wasm-bindgen names the JavaScript of a crate once for each of its modules.
    logOverride: { "duplicate-object-key": "silent" },
    chunkNames: "chunks/[name]-[hash]",
    metafile: true,
    plugins: [glueOf(name), snippets()],
    logLevel: "warning",
  });
}

/** The sources name the glue of Node's module, which has all that the other one has. */
function glueOf(name) {
  const path = join(PKG, name, "short/onefold.js");
  return {
    name: "glue",
    setup: ({ onResolve }) => onResolve({ filter: /pkg\/node\/onefold\.js$/ }, () => ({ path })),
  };
}

/** wasm-bindgen copies the JavaScript of crates; the package has it once. */
function snippets() {
  const folders = { js: "js", wasm: "bindings-wasm", indexeddb: "stores/indexeddb" };
  const filter = /snippets\/onefold-(\w+)-[0-9a-f]+\/(.*)$/;
  const resolved = ({ path }) => {
    const [, crate, file] = filter.exec(path);
    return { path: resolve(ROOT, folders[crate], file) };
  };
  return { name: "snippets", setup: ({ onResolve }) => onResolve({ filter }, resolved) };
}

/** Emits the declarations of the whole source, and keeps those that the entries lead to. */
function declareTypes() {
  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
  const emitted = join(LIB, "emitted");
  execFileSync(process.execPath, [tsc, "-p", join(ROOT, "bindings-wasm/tsconfig.types.json")], { stdio: "inherit" });
  const source = join(emitted, "bindings-wasm/ts");
  const keep = (file) => {
    const to = join(LIB, "types", relative(source, file));
    if (relative(source, file).startsWith("..")) throw new Error(`a public type leads to ${file}; mark it @internal`);
    if (existsSync(to)) return;
    mkdirSync(dirname(to), { recursive: true });
    cpSync(file, to);
    const text = readFileSync(file, "utf8");
    for (const [, path] of text.matchAll(/(?:from|import) "(\.[^"]+)\.js"/g)) keep(join(dirname(file), `${path}.d.ts`));
  };
  for (const entry of ["index", "node", "slim", "testing/index"]) keep(join(source, `${entry}.d.ts`));
  rmSync(emitted, { recursive: true });
}

/** What a browser loads, compressed: the module, the entry, and the chunks that it imports. */
function report(metafile) {
  const loaded = new Set(["lib/web/onefold.wasm"]);
  const visit = (output) => {
    loaded.add(output);
    for (const { path, kind, external } of metafile.outputs[output].imports) {
      if (!external && kind === "import-statement" && !loaded.has(path)) visit(path);
    }
  };
  visit("lib/web/index.js");
  let total = 0;
  for (const file of loaded) {
    const bytes = readFileSync(join(ROOT, file));
    const gzip = gzipSync(bytes, { level: 9 }).length;
    total += gzip;
    const brotli = brotliCompressSync(bytes).length;
    console.log(
      `${file.padEnd(34)} ${String(bytes.length).padStart(7)} bytes, gzip ${String(gzip).padStart(6)}, brotli ${String(brotli).padStart(6)}`,
    );
  }
  console.log(`a browser loads ${(total / 1000).toFixed(1)} kB (gzip), of ${MOST_BYTES / 1000} at the most`);
  if (total > MOST_BYTES) {
    console.error("the package is too large");
    process.exitCode = 1;
  }
}

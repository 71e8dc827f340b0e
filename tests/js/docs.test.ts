/** The examples in the docs compile and run, and everything public has docs. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { build } from "esbuild";
import { sqliteIsThere } from "./harnesses.js";

// Within the repository, so that the examples find the package by its name.
const directory = mkdtempSync(join("tests/js/.built", "docs-"));
after(() => rmSync(directory, { recursive: true }));

const SOURCES = [
  ...readdirSync("bindings-wasm/ts", { recursive: true, encoding: "utf8" }).map((file) =>
    join("bindings-wasm/ts", file),
  ),
  ...readdirSync("docs").map((file) => join("docs", file)),
  "README.md",
].filter((file) => /\.(ts|md)$/.test(file));

interface Example {
  readonly name: string;
  readonly file: string;
  readonly code: string;
}

/** The examples of a file. Those of a Markdown page go on from one to the next. */
function examplesOf(source: string): Example[] {
  const isPage = source.endsWith(".md");
  const lines = readFileSync(source, "utf8").replaceAll(/^ *\* ?/gm, isPage ? "$&" : "");
  const blocks = [...lines.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code ?? "");
  const codes = isPage ? (blocks.length > 0 ? [blocks.join("\n")] : []) : blocks;
  return codes.map((code, index) => {
    const file = join(directory, `${source.replaceAll(/\W+/g, "-")}-${index}.ts`);
    // An assertion that only prints would be no test.
    writeFileSync(file, `${code.replaceAll("console.assert(", "assert(")}\nimport assert from "node:assert/strict";\n`);
    return { name: `${source} (${index + 1})`, file, code };
  });
}

const examples = SOURCES.flatMap(examplesOf);

test("there are examples", () => assert.ok(examples.length > 8, `${examples.length} examples`));

test("every example compiles", () => {
  const compilerOptions = {
    target: "es2022",
    lib: ["es2023", "dom"],
    module: "nodenext",
    strict: true,
    noEmit: true,
    types: ["node"],
  };
  const config = join(directory, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", config], {
    stdio: ["ignore", "inherit", "inherit"],
  });
});

for (const { name, file, code } of examples) {
  const needsBrowser = code.includes("openIndexedDb(");
  const needsSqlite = code.includes("openSqlite(") && !sqliteIsThere;
  const skip = needsBrowser ? "it needs a browser" : needsSqlite ? "this Node has no node:sqlite" : false;
  test(`the example in ${name} runs`, { skip }, async () => {
    const outfile = file.replace(/\.ts$/, ".mjs");
    await build({
      entryPoints: [file],
      outfile,
      bundle: true,
      packages: "external",
      format: "esm",
      platform: "node",
      target: "node20",
    });
    execFileSync(process.execPath, [join(process.cwd(), outfile)], {
      cwd: directory,
      stdio: ["ignore", "inherit", "inherit"],
    });
  });
}

test("everything public has docs", () => {
  const undocumented: string[] = [];
  for (const file of readdirSync("lib/types", { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".d.ts"),
  )) {
    const lines = readFileSync(join("lib/types", file), "utf8").split("\n");
    for (const [index, line] of lines.entries()) {
      const isDeclared = /^export (declare |interface |type \w+ =|type \w+<)/.test(line);
      const isMethod = /^ {4}(?!constructor|#|readonly|private)\[?[\w.]+\]?[(<]/.test(line);
      if (
        (isDeclared || isMethod) &&
        !lines[index - 1]?.trim().endsWith("*/") &&
        !lines[index - 1]?.includes("biome-ignore")
      ) {
        undocumented.push(`${file}: ${line.trim()}`);
      }
    }
  }
  assert.deepEqual(undocumented, []);
});

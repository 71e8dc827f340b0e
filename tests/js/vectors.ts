import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Vectors } from "./contract/index.js";

const ROOT = "tests/vectors";

/** The vectors by their paths, without `.json`. The tests run in the root of the repository. */
export function vectors(): Vectors {
  const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json"));
  return Object.fromEntries(
    files.sort().map((file) => [file.replace(/\.json$/, ""), JSON.parse(readFileSync(join(ROOT, file), "utf8"))]),
  );
}

/** Every case of the contract, over a kind of store. Nothing here is of Node: browsers run the same. */

import { badInputCases } from "./bad-input.js";
import { concurrencyCases } from "./concurrency.js";
import { decidingCases } from "./deciding.js";
import type { Case, Harness } from "./harness.js";
import { acceptedCases, refusedCases } from "./json.js";
import { scenarioCases } from "./scenario.js";
import type { Json } from "./values.js";

export type { Case, Harness, Place } from "./harness.js";
export { PlainStore } from "./plain-store.js";

/** The vectors by their paths within `tests/vectors`, without `.json`. */
export type Vectors = Record<string, Json[]>;

/** The cases of the contract. */
export function contractCases(vectors: Vectors, harness: Harness): Case[] {
  const scenarios = Object.keys(vectors).filter((path) => /^(store|upcast|execute)\//.test(path));
  return [
    ...scenarios.flatMap((path) => scenarioCases(path, vectors[path] ?? [], harness)),
    ...acceptedCases(vectors["json/accepted"] ?? [], harness),
    ...refusedCases(vectors["json/refused"] ?? [], harness),
    ...concurrencyCases(harness),
    ...badInputCases(harness),
    ...decidingCases(harness),
  ];
}

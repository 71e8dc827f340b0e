/** The contract over every kind of store that Node has. */

import { test } from "node:test";
import { contractCases } from "./contract/index.js";
import { KINDS } from "./harnesses.js";
import { vectors } from "./vectors.js";

for (const [kind, harness] of Object.entries(KINDS)) {
  test(kind, async (t) => {
    for (const { name, skip, run } of contractCases(vectors(), harness)) {
      await t.test(name, { skip: skip ?? false }, run);
    }
  });
}

/** The contract over IndexedDB in a real Firefox. Apart from the other tests: not every machine has one. */

import { test } from "node:test";
import { vectors } from "../js/vectors.js";
import { inFirefox } from "./harness/firefox.mjs";
import type { Outcome } from "./pages/contract.js";

for (const place of ["window", "worker"] as const) {
  test(`${place} of Firefox`, { timeout: 120_000 }, async (t) => {
    const outcomes = (await inFirefox(place, "/pages/contract.js", "runAll", vectors())) as Outcome[];
    for (const { name, skip, error } of outcomes) {
      await t.test(name, { skip: skip ?? false }, () => {
        if (error !== undefined) throw new Error(error);
      });
    }
  });
}

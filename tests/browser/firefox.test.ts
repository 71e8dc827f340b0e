/** IndexedDB in a real Firefox: the contract, and writes that break. Apart from the others: not every machine has one. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { vectors } from "../js/vectors.js";
import { assertNothingHalf, BROKEN } from "./broken.js";
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

for (const [fault, code] of Object.entries(BROKEN)) {
  // Firefox keeps what succeeds in a transaction that was told to commit, also where something else in it fails.
  test(`a write that ${fault} half-way through a transaction in Firefox leaves nothing of it`, async () => {
    await assertNothingHalf(fault, code, (name, ...given) => inFirefox("window", "/pages/broken.js", name, ...given));
  });
}

test("several writers and lost connections in Firefox", { timeout: 120_000 }, async () => {
  for (const cases of ["writer", "database"]) {
    assert.deepEqual(await inFirefox("worker", `/pages/${cases}.js`, "failures"), []);
  }
});

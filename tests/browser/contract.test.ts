/** The contract over IndexedDB, in a window and in a worker of a real browser. */

import { after, before, test } from "node:test";
import { vectors } from "../js/vectors.js";
import { PLACES, type Site, startSite } from "./harness/site.mjs";
import type { Outcome } from "./pages/contract.js";

let site: Site;

before(async () => {
  site = await startSite();
});
after(() => site.close());

for (const [place, call] of Object.entries(PLACES)) {
  test(place, async (t) => {
    const page = await site.openPage();
    const outcomes = (await call(page, "/pages/contract.js", "runAll", vectors())) as Outcome[];
    for (const { name, skip, error } of outcomes) {
      await t.test(name, { skip: skip ?? false }, () => {
        if (error !== undefined) throw new Error(error);
      });
    }
    await page.close();
  });
}

/** The tests of the Rust crates that run in browsers alone, in a window and in a worker. */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { PLACES, type Site, startSite } from "./harness/site.mjs";

let site: Site;

before(async () => {
  site = await startSite();
});
after(() => site.close());

for (const module of readdirSync("tests/browser/.rust")) {
  for (const [place, call] of Object.entries(PLACES)) {
    test(`${module} in a ${place}`, async () => {
      const page = await site.openPage();
      const url = `/rust/${module}/${module}.js`;
      const { passed, output } = (await call(page, "/harness/rust.mjs", "runTests", url)) as Outcome;
      assert.ok(passed, output);
      await page.close();
    });
  }
}

interface Outcome {
  readonly passed: boolean;
  readonly output: string;
}

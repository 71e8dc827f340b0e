/** Connections that are lost, old tabs, migrations, and several that write, in a window and in a worker. */

import { after, before, test } from "node:test";
import { PLACES, type Site, startSite } from "./harness/site.mjs";

let site: Site;

before(async () => {
  site = await startSite();
});
after(() => site.close());

for (const [place, call] of Object.entries(PLACES)) {
  for (const cases of ["database", "writer"]) {
    test(`${cases} in a ${place}`, async (t) => {
      const page = await site.openPage();
      for (const name of (await call(page, `/pages/${cases}.js`, "names")) as string[]) {
        await t.test(name, async () => {
          await call(page, `/pages/${cases}.js`, "run", name);
        });
      }
      await page.close();
    });
  }
}

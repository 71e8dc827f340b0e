/** What goes wrong in browsers: several tabs, no room, aborted transactions, wiped storage, deletions that others hold up. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertDense, type Stored } from "./events.js";
import { inWindow, inWorker } from "./harness/run.mjs";
import { type Site, startSite } from "./harness/site.mjs";
import type { Told } from "./pages/told.js";

const PAGES = "/pages/stores.js";

let site: Site;

before(async () => {
  site = await startSite();
});
after(() => site.close());

test("tabs and workers that append to one stream at once stay dense and lose no update", async () => {
  const [one, other] = [await site.openPage(), await site.openPage()];
  const many = (tab: string) => Array.from({ length: 100 }, (_, n) => [`${tab} ${n}`, `${tab} ${n} too`]);
  for (const page of [one, other]) await inWindow(page, PAGES, "opened", "tabs");
  const outcomes = await Promise.all([
    inWindow(one, PAGES, "appended", "tabs", "Note-1", many("one")),
    inWindow(other, PAGES, "appended", "tabs", "Note-1", many("other")),
  ]);
  assert.deepEqual(outcomes.flat().filter(Boolean), []);
  const notes = (await inWindow(one, PAGES, "read", "tabs", "Note-1")) as Stored[];
  assertDense(notes);
  assert.deepEqual(notes.map(({ data }) => data).sort(), [...many("one"), ...many("other")].flat().sort());

  const conflicts = await Promise.all([
    inWindow(one, PAGES, "counted", "tabs", "Count-1", 60),
    inWindow(other, PAGES, "counted", "tabs", "Count-1", 60),
    inWorker(one, PAGES, "openedAndCounted", "tabs", "Count-1", 60),
  ]);
  const counts = (await inWindow(other, PAGES, "read", "tabs", "Count-1")) as Stored[];
  assertDense(counts.map(({ version }) => ({ version, position: version, data: 0 })));
  assert.deepEqual(
    counts.map(({ data }) => data),
    counts.map(({ version }) => version),
    "each decided on what it saw",
  );
  assert.equal(counts.length, 180);
  assert.ok(
    conflicts.some((found) => (found as number) > 0),
    "they did meet",
  );
  await one.close();
  await other.close();
});

test("what finds no room is refused alone, and the store goes on", async (t) => {
  // A browser of its own: what room there is, is asked for when a site's storage is first used, and kept in mind.
  const small = await startSite();
  t.after(() => small.close()); // a browser that stays would keep the tests from ending
  const page = await small.openPage();
  const storage = await small.context.newCDPSession(page);
  const origin = `${small.origin}/`;
  await storage.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 20_000_000 });
  await inWindow(page, PAGES, "opened", "full");
  const fill = (...sizes: number[]) =>
    inWindow(page, PAGES, "filled", "full", "Big-1", sizes) as Promise<(Told | undefined)[]>;

  // The third one finds no room; the others share its transaction and have enough.
  const [first, second, third, fourth] = await fill(1_000, 1_000, 30_000_000, 1_000);
  assert.deepEqual([first, second, fourth], [undefined, undefined, undefined]);
  assert.equal(third?.code, "store");
  assert.equal(third?.cause, "QuotaExceededError");
  assert.match(third?.message ?? "", /no more room/);

  assert.deepEqual(await fill(1_000), [undefined]);
  const kept = (await inWindow(page, PAGES, "read", "full", "Big-1")) as Stored[];
  assertDense(kept);
  assert.equal(kept.length, 4);
});

const BROKEN = { aborts: "store_unavailable", fails: "store", throws: "store" };

for (const [fault, code] of Object.entries(BROKEN)) {
  test(`a write that ${fault} half-way through a transaction leaves nothing of it, and the store goes on`, async () => {
    const page = await site.openPage();
    const call = (name: string, ...given: unknown[]) => inWindow(page, "/pages/broken.js", name, fault, ...given);
    // As often as the transaction is tried: what shares it is then written without the one that breaks it.
    const { outcomes, again, kept } = (await call("appended", 10)) as Appended;
    assert.equal((outcomes[2] as Told).code, code);
    assert.deepEqual([outcomes[0], outcomes[1], outcomes[3], again], [1, 2, 3, 4]);
    assertDense(kept);
    assert.deepEqual(
      kept.map(({ data }) => data),
      ["one", "two", "four", "three"],
    );

    const once = (await call("appended", 1)) as Appended;
    assert.deepEqual([...once.outcomes, once.again], [1, 2, 3, 4, 5], "a second try is enough, and no duplicate");
    assertDense(once.kept);

    const { refused, between, after } = (await call("imported")) as Record<string, unknown>;
    assert.equal((refused as Told).code, code);
    assert.deepEqual([between, after], [0, 30]);
    await page.close();
  });
}

test("storage wiped under an open store makes it unavailable; opened again it is a new store", async () => {
  const page = await site.openPage();
  const epoch = await inWindow(page, PAGES, "opened", "wiped");
  await inWindow(page, PAGES, "appended", "wiped", "Note-1", [["one"]]);
  const storage = await site.context.newCDPSession(page);
  await storage.send("Storage.clearDataForOrigin", { origin: site.origin, storageTypes: "indexeddb" });
  for (let twice = 0; twice < 2; twice++) {
    const [append] = (await inWindow(page, PAGES, "appended", "wiped", "Note-1", [["two"]])) as [Told];
    assert.equal(append?.code, "store_unavailable");
    assert.match(append.message, /was deleted/);
    const read = (await inWindow(page, PAGES, "readRefused", "wiped")) as Told;
    assert.equal(read?.code, "store_unavailable");
  }
  const other = await site.openPage();
  assert.notEqual(await inWindow(other, PAGES, "opened", "wiped"), epoch);
  assert.deepEqual(await inWindow(other, PAGES, "read", "wiped", "Note-1"), []);
  const [stale] = (await inWindow(page, PAGES, "appended", "wiped", "Note-1", [["three"]])) as [Told];
  assert.equal(stale?.code, "store_unavailable", "the old store must not write into the new one");
  await page.close();
  await other.close();
});

test("a deletion that others hold up is a typed error, and over when they let go", async () => {
  const page = await site.openPage();
  const [waiting, then] = (await inWindow(page, PAGES, "openedWhileDeletionWaits", "held")) as [Told, undefined];
  assert.equal(waiting?.code, "store_unavailable");
  assert.match(waiting.message, /close the other tabs/);
  assert.equal(then, undefined);
  await page.close();
});

/** What appends of `one`, `two`, `three` and `four` came to, `three` of which could not be written, and again. */
interface Appended {
  readonly outcomes: readonly (number | Told)[];
  readonly again: number | Told;
  readonly kept: readonly Stored[];
}

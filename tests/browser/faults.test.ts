/** What goes wrong in browsers: several tabs, no room, broken transactions, wiped storage, deletions that others hold up. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertNothingHalf, BROKEN } from "./broken.js";
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

test("tabs and workers that append to streams of their own leave no gap and no overlap, in turns and at once", async () => {
  const [one, other] = [await site.openPage(), await site.openPage()];
  for (const page of [one, other]) await inWindow(page, PAGES, "opened", "own");
  // Of different lengths, so that positions alone do not collide.
  const many = (length: number, times: number) => Array.from({ length: times }, () => Array(length).fill("noted"));
  const outcomes: unknown[] = [];
  for (let turn = 0; turn < 10; turn++) {
    outcomes.push(await inWindow(one, PAGES, "appendedInTurn", "own", "Note-1", many(1, 3)));
    outcomes.push(await inWindow(other, PAGES, "appended", "own", "Note-2", many(2, 2)));
  }
  outcomes.push(
    ...(await Promise.all([
      inWindow(one, PAGES, "appendedInTurn", "own", "Note-1", many(1, 100)),
      inWindow(other, PAGES, "appendedInTurn", "own", "Note-2", many(2, 100)),
      inWorker(one, PAGES, "openedAndAppendedInTurn", "own", "Note-3", many(3, 100)),
    ])),
  );
  assert.deepEqual(outcomes.flat().filter(Boolean), []);
  for (const [stream, events] of Object.entries({ "Note-1": 130, "Note-2": 240, "Note-3": 300 })) {
    const notes = (await inWindow(other, PAGES, "read", "own", stream)) as Stored[];
    assertDense(notes);
    assert.equal(notes.length, events);
  }
  const all = Array.from({ length: 130 + 240 + 300 }, (_, index) => index + 1);
  assert.deepEqual(await inWindow(one, PAGES, "positions", "own"), all);
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

for (const [fault, code] of Object.entries(BROKEN)) {
  test(`a write that ${fault} half-way through a transaction leaves nothing of it, and the store goes on`, async () => {
    const page = await site.openPage();
    await assertNothingHalf(fault, code, (name, ...given) => inWindow(page, "/pages/broken.js", name, ...given));
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
  assert.deepEqual(await inWindow(other, PAGES, "positions", "wiped"), []);
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

test("where there is no IndexedDB, opening says so and names a way on", async () => {
  const page = await site.openPage();
  const refusals = (await inWindow(page, PAGES, "refusedWithoutIndexedDb", "none")) as (Told | undefined)[];
  assert.deepEqual(
    refusals.map((refusal) => refusal?.cause),
    ["ReferenceError", "SecurityError"],
  );
  for (const refusal of refusals) {
    assert.equal(refusal?.code, "store_unavailable");
    assert.equal(
      refusal.message,
      "the database `none` cannot be opened: there is no IndexedDB here, or the browser lets this site store nothing; " +
        "allow it to store data, or use a store in memory",
    );
  }
  await page.close();
});

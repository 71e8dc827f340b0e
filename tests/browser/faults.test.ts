/** What goes wrong in browsers: killed tabs, several tabs, no room, wiped storage, deletions that others hold up. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { CDPSession } from "playwright-core";
import { inWindow, inWorker } from "./harness/run.mjs";
import { type Site, startSite } from "./harness/site.mjs";
import type { Told } from "./pages/stores.js";

const PAGES = "/pages/stores.js";
const KILLS = 100;

let site: Site;
let browser: CDPSession;

before(async () => {
  site = await startSite();
  browser = await site.browserSession();
});
after(() => site.close());

test(`a tab killed ${KILLS} times in the middle of appends loses nothing that was acknowledged`, {
  timeout: 300_000,
}, async () => {
  const acknowledged = new Set<number>();
  let kept: Stored[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const page = await site.openPage();
    await page.exposeFunction("acknowledge", (numbers: number[]) => {
      for (const number of numbers) acknowledged.add(number);
    });
    const before = acknowledged.size;
    const idle = await work();
    inWindow(page, PAGES, "appendForever", "killed", "Count-1", kill * 1_000_000).catch(() => {});
    await until(() => acknowledged.size > before);
    await new Promise((resolve) => setTimeout(resolve, (kill * 7) % 23));
    const crashed = new Promise((resolve) => page.once("crash", resolve));
    await killWorking(idle);
    await crashed;
    await page.close();

    if (kill % 10 !== 9) continue;
    const reader = await site.openPage();
    kept = (await inWindow(reader, PAGES, "read", "killed", "Count-1")) as Stored[];
    await reader.close();
    assertDense(kept);
    const numbers = new Set(kept.map(({ data }) => data as number));
    assert.equal(numbers.size, kept.length, "nothing is there twice");
    assert.deepEqual(
      [...acknowledged].filter((number) => !numbers.has(number)),
      [],
      "all that was acknowledged is there",
    );
  }
  assert.ok(acknowledged.size >= KILLS && kept.length >= acknowledged.size, `${acknowledged.size} of ${kept.length}`);
});

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

test("what finds no room is refused alone, and the store goes on", async () => {
  // A browser of its own: what room there is, is asked for when a site's storage is first used, and kept in mind.
  const small = await startSite();
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
  await small.close();
});

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

interface Stored {
  readonly version: number;
  readonly position: number;
  readonly data: unknown;
}

function assertDense(events: readonly Stored[]): void {
  assert.deepEqual(
    events.map(({ version }) => version),
    events.map((_, index) => index + 1),
    "versions are dense",
  );
  const positions = events.map(({ position }) => position);
  assert.deepEqual(
    positions,
    [...positions].sort((a, b) => a - b),
    "positions go up",
  );
}

/** How long the process of each page has been at work, in seconds. */
async function work(): Promise<Map<number, number>> {
  const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
  return new Map(processInfo.filter(({ type }) => type === "renderer").map(({ id, cpuTime }) => [id, cpuTime]));
}

/**
 * Kills the process of the page that was at work since then, as a crash or the system does. Others stay: a page that
 * is opened in one that is dying would never open.
 */
async function killWorking(before: Map<number, number>): Promise<void> {
  const since = [...(await work())].map(([id, seconds]) => ({ id, seconds: seconds - (before.get(id) ?? 0) }));
  const [busiest] = since.sort((one, other) => other.seconds - one.seconds);
  if (busiest === undefined) throw new Error("no page has a process");
  process.kill(busiest.id, "SIGKILL");
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 2) {
    if (waited > 20_000) throw new Error("nothing was acknowledged for 20 seconds");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

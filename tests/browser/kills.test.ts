/** What is killed while it appends: tabs, and the browser with all its processes. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { assertDense, type Stored } from "./events.js";
import { kill, processOf } from "./harness/process.mjs";
import { inWindow } from "./harness/run.mjs";
import { type Site, startSite } from "./harness/site.mjs";

const PAGES = "/pages/stores.js";
const TABS = 100;
const BROWSERS = 5;

let site: Site;

before(async () => {
  site = await startSite();
});
after(() => site.close());

test(`a tab killed ${TABS} times in the middle of appends loses nothing that was acknowledged`, {
  timeout: 240_000,
}, async () => {
  const acknowledged = new Set<number>();
  for (let turn = 0; turn < TABS; turn++) {
    const page = await site.openPage();
    const [id] = await Promise.all([processOf(page), appending(page, "tab", turn, acknowledged)]);
    await kill(page, id);
    if (turn % 10 === 9) await assertKept("tab", acknowledged);
  }
  assert.ok(acknowledged.size >= TABS);
});

test(`a browser killed ${BROWSERS} times in the middle of appends loses nothing that was acknowledged`, {
  timeout: 120_000,
}, async () => {
  const acknowledged = new Set<number>();
  for (let turn = 0; turn < BROWSERS; turn++) {
    await appending(await site.openPage(), "browser", turn, acknowledged);
    await site.crash();
    await assertKept("browser", acknowledged);
  }
  assert.ok(acknowledged.size >= BROWSERS);
});

/** Lets a page append until its end; returns at some moment after something was acknowledged. */
async function appending(page: Page, store: string, turn: number, acknowledged: Set<number>): Promise<void> {
  await page.exposeFunction("acknowledge", (numbers: number[]) => {
    for (const number of numbers) acknowledged.add(number);
  });
  const before = acknowledged.size;
  inWindow(page, PAGES, "appendForever", store, "Count-1", turn * 1_000_000).catch(() => {});
  await until(() => acknowledged.size > before);
  await new Promise((resolve) => setTimeout(resolve, (turn * 7) % 23));
}

async function assertKept(store: string, acknowledged: ReadonlySet<number>): Promise<void> {
  const told = [...acknowledged];
  const reader = await site.openPage();
  const kept = (await inWindow(reader, PAGES, "read", store, "Count-1")) as Stored[];
  await reader.close();
  assertDense(kept);
  const numbers = new Set(kept.map(({ data }) => data as number));
  assert.equal(numbers.size, kept.length, "nothing is there twice");
  assert.deepEqual(
    told.filter((number) => !numbers.has(number)),
    [],
    "all that was acknowledged is there",
  );
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 2) {
    if (waited > 20_000) throw new Error("nothing was acknowledged for 20 seconds");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

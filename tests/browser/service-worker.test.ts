/** A service worker and a page on one store. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inWindow } from "./harness/run.mjs";
import { type Site, startSite } from "./harness/site.mjs";

const PAGES = "/pages/stores.js";

let site: Site;

before(async () => {
  site = await startSite();
});
after(() => site.close());

test("a service worker and a page share a store", async () => {
  const page = await site.openPage();
  await inWindow(page, PAGES, "opened", "shared");
  await inWindow(page, PAGES, "appended", "shared", "Note-1", [["by the page"]]);
  const told = await page.evaluate(async (name) => {
    const registration = await navigator.serviceWorker.register("/pages/service-worker.js", { type: "module" });
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    if (worker === null) throw new Error("there is no service worker");
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
    });
    worker.postMessage(name, [port2]);
    return await answer;
  }, "shared");
  assert.deepEqual(told, [
    [1, "by the page"],
    [2, "by the service worker"],
  ]);
  assert.equal(((await inWindow(page, PAGES, "read", "shared", "Note-1")) as unknown[]).length, 2);
  await page.close();
});

// The process of a page. A browser has many that run pages, its own among them (of its address bar, and spare ones).

/**
 * The id of the process that runs a page: the only one that an end of it ends.
 *
 * Traces of a page begin with its frames and their processes; nothing else in DevTools' protocol tells.
 *
 * @param {import("playwright-core").Page} page
 * @returns {Promise<number>}
 */
export async function processOf(page) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const ended = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.start", {
    traceConfig: { includedCategories: ["disabled-by-default-devtools.timeline"] },
  });
  await session.send("Tracing.end");
  await ended;
  await session.detach();
  const begun = events.find(({ name }) => name === "TracingStartedInBrowser");
  const main = begun?.args.data.frames.find(({ isInPrimaryMainFrame }) => isInPrimaryMainFrame);
  if (main === undefined) throw new Error("the trace does not name the page's process");
  return main.processId;
}

/**
 * Kills a page's process, as a crash or the system does, and waits until the browser has noticed.
 *
 * @param {import("playwright-core").Page} page
 * @param {number} id of its process
 */
export async function kill(page, id) {
  const crashed = page.waitForEvent("crash", { timeout: 20_000 });
  process.kill(id, "SIGKILL");
  await crashed;
  await page.close();
}

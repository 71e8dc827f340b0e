/** What the tests share: a browser, and a server that has the package, the pages and this harness. */

import { launch } from "./chromium.mjs";
import { inWindow, inWorker } from "./run.mjs";
import { serve } from "./server.mjs";

/** What is served, by its prefix. */
export const FOLDERS = {
  "/lib/": "lib",
  "/assets/": "lib/web",
  "/pages/": "tests/browser/.built/pages",
  "/harness/": "tests/browser/harness",
  "/rust/": "tests/browser/.rust",
};

/**
 * Starts both. The tests run in the root of the repository.
 *
 * @returns {Promise<Site>}
 */
export async function startSite() {
  const server = await serve(FOLDERS);
  const browser = await launch();
  return new Site(server, browser);
}

/** A browser on a site. */
export class Site {
  /** @type {string} */
  origin;
  #server;
  #browser;

  /**
   * @param {Awaited<ReturnType<typeof serve>>} server
   * @param {Awaited<ReturnType<typeof launch>>} browser
   */
  constructor(server, browser) {
    this.#server = server;
    this.#browser = browser;
    this.origin = server.origin;
  }

  /** The pages of the browser. */
  get context() {
    return this.#browser.context;
  }

  /** Opens an empty page of the site. */
  async openPage() {
    const page = await this.context.newPage();
    await page.goto(this.origin);
    return page;
  }

  /** Kills all processes of the browser, as the system does when it ends; starts another on the same profile. */
  async crash() {
    const session = await this.context.browser()?.newBrowserCDPSession();
    if (session === undefined) throw new Error("the browser has no session");
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    const closed = this.context.waitForEvent("close", { timeout: 20_000 });
    for (const { id } of processInfo) killed(id);
    await closed;
    this.#browser = await launch(this.#browser.profile);
  }

  async close() {
    await this.#browser.close();
    await this.#server.close();
  }
}

function killed(id) {
  try {
    process.kill(id, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // it ended meanwhile, as others do with the browser
  }
}

/** The two places where a module runs, by name. */
export const PLACES = { window: inWindow, worker: inWorker };

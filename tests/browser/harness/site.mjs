/** What the tests share: a browser, and a server that has the package, the pages and this harness. */

import { launch } from "./chromium.mjs";
import { inWindow, inWorker } from "./run.mjs";
import { serve } from "./server.mjs";

/**
 * Starts both. The tests run in the root of the repository.
 *
 * @returns {Promise<Site>}
 */
export async function startSite() {
  const server = await serve({
    "/lib/": "lib",
    "/assets/": "lib/web",
    "/pages/": "tests/browser/.built/pages",
    "/harness/": "tests/browser/harness",
    "/rust/": "tests/browser/.rust",
  });
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

  /** A session with the browser itself. */
  async browserSession() {
    const browser = this.context.browser();
    if (browser === null) throw new Error("the browser has no session");
    return await browser.newBrowserCDPSession();
  }

  async close() {
    await this.#browser.close();
    await this.#server.close();
  }
}

/** The two places where a module runs, by name. */
export const PLACES = { window: inWindow, worker: inWorker };

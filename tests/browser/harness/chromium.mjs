// A real Chromium: the one that `CHROME` names, or the first on the PATH.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { executable } from "./executable.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Where Chromium is.
 *
 * @returns {string} the path of its executable
 * @throws {Error} where there is none, saying how to install it
 */
export function chromiumPath() {
  return executable("Chromium", "CHROME", NAMES, "chromium");
}

/**
 * A browser with a profile of its own on the disk, so that IndexedDB is as durable as a user's. (A private window
 * would keep it in memory.)
 *
 * @param {string} [profile] the folder of one that was used before; closing removes it
 * @returns {Promise<{context: import("playwright-core").BrowserContext, profile: string, close: () => Promise<void>}>}
 */
export async function launch(profile = mkdtempSync(join(tmpdir(), "onefold-chromium-"))) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    headless: true,
    args: FLAGS,
  });
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { context, profile, close };
}

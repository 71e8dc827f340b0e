// A real Firefox: the one that `FIREFOX` names, or the first on the PATH. Its page asks the server what to do and tells
// it what came of it; the protocol by which Chromium is driven is not Firefox's.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { executable } from "./executable.mjs";
import { serve } from "./server.mjs";
import { FOLDERS } from "./site.mjs";

const NAMES = ["firefox", "firefox-esr"];

/**
 * Calls `name` of the module at `url` in a page of its own Firefox, with arguments that JSON can hold.
 *
 * @param {"window" | "worker"} place
 * @param {string} url such as `/pages/stores.js`
 * @param {string} name of the exported function
 * @param {...unknown} args
 * @returns {Promise<unknown>} what it resolved to, as JSON
 */
export async function inFirefox(place, url, name, ...args) {
  const program = executable("Firefox", "FIREFOX", NAMES, "firefox-esr");
  const profile = mkdtempSync(join(tmpdir(), "onefold-firefox-"));
  const { promise, resolve, reject } = deferred();
  const server = await serve(FOLDERS, {
    "/task": () => JSON.stringify({ place, url, name, args }),
    "/told": (body) => {
      resolve(JSON.parse(body));
      return "";
    },
  });
  const page = `${server.origin}/harness/firefox.html`;
  const firefox = spawn(program, ["--headless", "--no-remote", "--profile", profile, page], { stdio: "ignore" });
  firefox.once("error", reject);
  const ended = new Promise((done) => firefox.once("close", done));
  firefox.once("close", (code) => reject(new Error(`Firefox ended early, with code ${code}`)));
  try {
    const { result, error } = await promise;
    if (error !== undefined) throw new Error(error);
    return result;
  } finally {
    firefox.kill();
    await ended;
    await server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function deferred() {
  let settle;
  const promise = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}

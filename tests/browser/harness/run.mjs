// Runs what a module exports in a window, or in a dedicated worker of it.

/**
 * Calls `name` of the module at `url` in a window, with arguments that can be cloned.
 *
 * @param {import("playwright-core").Page} page a page of the module's origin
 * @param {string} url such as `/pages/stores.js`
 * @param {string} name of the exported function
 * @param {...unknown} args
 * @returns {Promise<unknown>} what it resolved to
 */
export function inWindow(page, url, name, ...args) {
  return page.evaluate(async ([url, name, args]) => (await import(url))[name](...args), [url, name, args]);
}

/**
 * The same in a dedicated worker, which ends with it.
 *
 * @type {typeof inWindow}
 */
export function inWorker(page, url, name, ...args) {
  return page.evaluate(
    ([url, name, args]) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/harness/worker.mjs", { type: "module" });
        const end = (settle) => (value) => {
          worker.terminate();
          settle(value);
        };
        worker.onerror = end((event) => reject(new Error(event.message || "the worker did not load")));
        worker.onmessage = ({ data }) =>
          data.error === undefined ? end(resolve)(data.result) : end(reject)(new Error(data.error));
        worker.postMessage({ url, name, args });
      }),
    [url, name, args],
  );
}

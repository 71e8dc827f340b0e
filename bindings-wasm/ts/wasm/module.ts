/** The WebAssembly module, loaded once, when the first store is opened. */

import initModule, { setErrorFactory } from "../../pkg/node/onefold.js";
import { makeError } from "../errors/factory.js";
import type { Source } from "./source.js";

export { Builder, Decider, giveEvent, Options, type Registry, Store } from "../../pkg/node/onefold.js";

let sourceOf: () => Source = () => {
  throw new TypeError("onefold/slim loads nothing by itself; await init(urlOrBytes) first");
};
let loaded: Promise<void> | undefined;

/** Says where the module comes from when it is needed. */
export function loadFrom(source: () => Source): void {
  sourceOf = source;
}

/** Waits until the module is loaded. One that could not be loaded is tried again the next time. */
export function ready(source?: Source): Promise<void> {
  loaded ??= load(source).catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function load(source?: Source): Promise<void> {
  await initModule({ module_or_path: source ?? sourceOf() });
  setErrorFactory(makeError);
}

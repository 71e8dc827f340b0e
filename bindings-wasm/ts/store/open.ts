import { optionsFrom } from "../arguments.js";
import { Store as CoreStore, ready } from "../wasm/module.js";
import { CustomStore, type EventStore } from "./custom.js";
import { coreOptions, STORE_OPTIONS, type StoreOptions } from "./options.js";
import { Store } from "./store.js";

/** Opens a store in memory: for tests, and for what may be gone with the process. */
export async function openMemory(options?: StoreOptions): Promise<Store> {
  const given = optionsFrom(options, STORE_OPTIONS);
  await ready();
  return new Store(CoreStore.memory(coreOptions(given)));
}

/**
 * Opens a store over one of your own: it gets registry, deciders, iterators and all checks. {@link EventStore} says
 * what it must do.
 */
export async function openStore(store: EventStore, options?: StoreOptions): Promise<Store> {
  const given = optionsFrom(options, STORE_OPTIONS);
  const custom = new CustomStore(store);
  await ready();
  return new Store(CoreStore.custom(custom, store.epoch, coreOptions(given)));
}

/** What every entry of the package has, however the module is loaded. */

export { type Decider, decider } from "./decider/decider.js";
export * from "./errors/errors.js";
export type { Envelope, Event, Metadata, StoredEvent } from "./event/event.js";
export type { BackupOptions, BackupProgress, ImportResult } from "./store/backup.js";
export type { EventStore, ReadFilter, Snapshot } from "./store/custom.js";
export { ANY, type ExpectedVersion, NO_STREAM, STREAM_EXISTS } from "./store/expected.js";
export { type IndexedDbOptions, type IndexedDbStore, openIndexedDb } from "./store/indexeddb.js";
export { openMemory, openStore } from "./store/open.js";
export type { Enricher, Limits, StoreOptions } from "./store/options.js";
export type { PageOptions, ReadAllOptions, ReadStreamOptions } from "./store/read.js";
export type { AppendResult, Executed, Loaded } from "./store/results.js";
export type { AppendOptions, ExecuteOptions, Store } from "./store/store.js";
export {
  type Edit,
  type Registry,
  type RegistrySpec,
  registry,
  type Split,
  type Step,
  type Unknown,
} from "./upcast/registry.js";

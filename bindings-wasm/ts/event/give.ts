import { giveEvent } from "../wasm/module.js";
import { draftsFrom } from "./draft.js";

/**
 * Gives events to the core, for its call that comes next: nothing of a user's may run before it. All of their drafts
 * are made first, because to read an event may well run functions of a user's.
 */
export function give(events: unknown): void {
  for (const { id, type, schemaVersion, data, metadata } of draftsFrom(events)) {
    giveEvent(id, type, schemaVersion, data.value, data.bytes, data.nesting, metadata);
  }
}

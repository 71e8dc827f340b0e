/** The kinds of store that Node has. */

import { mkdtempSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMemory, openSqlite, openStore } from "onefold";
import { type Harness, PlainStore } from "./contract/index.js";

/** Whether this Node has `node:sqlite`: from 22.5, and without a flag from 22.13. */
export const sqliteIsThere = isBuiltin("node:sqlite");

const memory: Harness = {
  durable: false,
  place: async () => ({ open: openMemory, remove: async () => {} }),
};

const custom: Harness = {
  durable: true,
  place: async () => {
    const store = new PlainStore();
    return { open: (options) => openStore(store, options), remove: async () => {} };
  },
};

const sqlite: Harness = {
  durable: true,
  place: async () => {
    const directory = mkdtempSync(join(tmpdir(), "onefold-"));
    return {
      // What survives a loss of power is for SQLite's own tests; these run a thousand files.
      open: (options) => openSqlite(join(directory, "shop.db"), { durability: "relaxed", ...options }),
      remove: async () => rmSync(directory, { recursive: true }),
    };
  },
};

export const KINDS: Record<string, Harness> = { memory, custom, ...(sqliteIsThere ? { sqlite } : {}) };

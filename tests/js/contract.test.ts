/** The contract over every kind of store that Node has. */

import { test } from "node:test";
import { openMemory, openStore } from "onefold";
import { contractCases, type Harness, PlainStore } from "./contract/index.js";
import { vectors } from "./vectors.js";

const KINDS: Record<string, Harness> = {
  memory: {
    durable: false,
    place: async () => ({ open: openMemory, remove: async () => {} }),
  },
  custom: {
    durable: true,
    place: async () => {
      const store = new PlainStore();
      return { open: (options) => openStore(store, options), remove: async () => {} };
    },
  },
};

for (const [kind, harness] of Object.entries(KINDS)) {
  test(kind, async (t) => {
    for (const { name, skip, run } of contractCases(vectors(), harness)) {
      await t.test(name, { skip: skip ?? false }, run);
    }
  });
}

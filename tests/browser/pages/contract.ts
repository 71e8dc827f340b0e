/** The contract over IndexedDB, in whatever place this module runs. */

import { openIndexedDb, type Store } from "onefold";
import { contractCases, type Harness, type Vectors } from "../../js/contract/index.js";
import { deleted } from "./raw.js";

/** What came of a case. */
export interface Outcome {
  readonly name: string;
  readonly skip: string | undefined;
  readonly error: string | undefined;
}

const indexedDbHarness: Harness = {
  durable: true,
  place: async () => {
    const name = `contract ${crypto.randomUUID()}`;
    const opened: Store[] = [];
    return {
      // What survives a loss of power is not for these; they open a thousand databases.
      open: async (options) => {
        const store = await openIndexedDb(name, { durability: "relaxed", ...options });
        opened.push(store);
        return store;
      },
      remove: async () => {
        for (const store of opened) await store.close();
        await deleted(name);
      },
    };
  },
};

/** Runs every case. */
export async function runAll(vectors: Vectors): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, skip, run } of contractCases(vectors, indexedDbHarness)) {
    const error = skip === undefined ? await failureOf(run) : undefined;
    outcomes.push({ name, skip, error });
  }
  return outcomes;
}

async function failureOf(run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return String((error as Error)?.stack ?? error);
  }
}

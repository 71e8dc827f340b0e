/** What has to come of transactions that break half-way, as `pages/broken.ts` breaks them, in whatever browser. */

import assert from "node:assert/strict";
import { assertDense, type Stored } from "./events.js";
import type { Told } from "./pages/told.js";

/** Each fault, and the code of the error that it comes to. */
export const BROKEN = { aborts: "store_unavailable", fails: "store", throws: "store" };

/** Calls an exported function of the page. */
type Call = (name: string, ...given: unknown[]) => Promise<unknown>;

/** Fails where a write that breaks leaves something of its transaction, or fails what shares it. */
export async function assertNothingHalf(fault: string, code: string, call: Call): Promise<void> {
  // As often as the transaction is tried: what shares it is then written without the one that breaks it.
  const { outcomes, again, kept } = (await call("appended", fault, 10)) as Appended;
  assert.equal((outcomes[2] as Told).code, code);
  assert.deepEqual([outcomes[0], outcomes[1], outcomes[3], again], [1, 2, 3, 4]);
  assertDense(kept);
  assert.deepEqual(
    kept.map(({ data }) => data),
    ["one", "two", "four", "three"],
  );

  const once = (await call("appended", fault, 1)) as Appended;
  assert.deepEqual([...once.outcomes, once.again], [1, 2, 3, 4, 5], "a second try is enough, and no duplicate");
  assertDense(once.kept);

  const { refused, between, after } = (await call("imported", fault)) as Record<string, unknown>;
  assert.equal((refused as Told | undefined)?.code, code);
  assert.deepEqual([between, after], [0, 30]);
}

/** What appends of `one`, `two`, `three` and `four` came to, `three` of which could not be written, and again. */
interface Appended {
  readonly outcomes: readonly (number | Told)[];
  readonly again: number | Told;
  readonly kept: readonly Stored[];
}

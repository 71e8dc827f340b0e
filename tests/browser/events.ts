/** What tests look at of events that were read in a page. */

import assert from "node:assert/strict";

/** An event as `read` of `pages/stores.ts` gives it. */
export interface Stored {
  readonly version: number;
  readonly position: number;
  readonly data: unknown;
}

/** Fails where versions of a stream are missing, or positions do not go up. */
export function assertDense(events: readonly Stored[]): void {
  assert.deepEqual(
    events.map(({ version }) => version),
    events.map((_, index) => index + 1),
    "versions are dense",
  );
  const positions = events.map(({ position }) => position);
  assert.deepEqual(
    positions,
    [...positions].sort((a, b) => a - b),
    "positions go up",
  );
}

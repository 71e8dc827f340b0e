/** What crosses into records as numbers: ids, and the positions that a store gave. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { record, recorded, uuid } from "../../js/modules/records.js";

test("a UUID is written as its bits say", () => {
  const edges = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"];
  for (const id of [...edges, "0190f3c4-7b1e-7c3a-8f00-0123456789ab", ...Array.from({ length: 200 }, randomUUID)]) {
    const digits = id.replaceAll("-", "");
    // As they cross: with a sign.
    const word = (at: number) => Number.parseInt(digits.slice(at, at + 8), 16) | 0;
    assert.equal(uuid(word(0), word(8), word(16), word(24)), id);
  }
});

test("events that were recorded have their positions, whether these count up or not", () => {
  const provisional = [6, 6, 7].map((version, part) =>
    record("id", "Added", 1, version === 6 ? part : 0, {}, {}, "Counter-1", version, 0, 1),
  );
  const positions = (first: number, each?: Float64Array) =>
    recorded(provisional, 5, 2, first, each).map(({ position, recordedAt }) => [position, recordedAt]);
  assert.deepEqual(positions(40), [
    [40, 2],
    [40, 2],
    [41, 2],
  ]);
  assert.deepEqual(positions(40, Float64Array.of(40, 43)), [
    [40, 2],
    [40, 2],
    [43, 2],
  ]);
  assert.deepEqual(
    provisional.map(({ position }) => position),
    [0, 0, 0],
    "those that evolve saw stay as they were",
  );
});

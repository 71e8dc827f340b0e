/** Registries and all of their faults, over a store in memory. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidArgumentError, openMemory, RegistryError, registry, UpcastError } from "onefold";
import type { Json } from "./contract/values.js";
import { vectors } from "./vectors.js";

for (const { name, registry: spec, faults } of vectors()["registry/faults"] ?? []) {
  test(`faults: ${name}`, async () => {
    const found = await faultsOf(spec);
    for (const fault of faults) {
      const at = found.findIndex((one) => Object.entries(fault).every(([key, value]) => one[key] === value));
      assert.notEqual(at, -1, `${JSON.stringify(fault)} is not among ${JSON.stringify(found)}`);
      found.splice(at, 1);
    }
    assert.deepEqual(found, [], "faults that nobody expects");
  });
}

/** Shapes that are no registry, with the place that the message names: as the Rust reader of registries has them. */
const MISSHAPEN: [Json, string][] = [
  [{ types: [{ type: "A" }, ["B", 2, []]] }, "types[1]"],
  [{ types: [5] }, "types[0]"],
  [{ types: {} }, "types"],
  [{ types: [{ type: 5 }] }, "types[0].type"],
  [{ types: [{}] }, "types[0].type"],
  [{ types: [{ type: "A", version: true }] }, "types[0].version"],
  [{ types: [{ type: "A", version: 1.5 }] }, "types[0].version"],
  [{ types: [{ type: "A", version: -1 }] }, "types[0].version"],
  [{ types: [{ type: "A", version: 1099511627776 }] }, "types[0].version"],
  [{ types: [{ type: "A", versions: 1 }] }, "versions"],
  [{ types: [{ type: "A", aliases: "B" }] }, "types[0].aliases"],
  [{ upcasters: [{ type: "A" }] }, "upcasters[0].from"],
  [{ upcasters: [["A", 1]] }, "upcasters[0]"],
  [{ upcasters: [{ type: "A", from: 1, split: [["A"]] }] }, "upcasters[0].split[0]"],
  [{ upcasters: [{ type: "A", from: 1, add: { x: 1n } }] }, "[0].add.x"],
  [{ unknown: "ignore" }, "unknown"],
  [{ upcaster: [] }, "upcaster"],
  [[], "an array"],
];

for (const [spec, place] of MISSHAPEN) {
  test(`no registry: ${place}`, async () => {
    await assert.rejects(
      async () => await openMemory({ events: registry(spec) }),
      (error) =>
        error instanceof InvalidArgumentError && error.argument === "registry" && error.message.includes(place),
    );
  });
}

test("a registry that was opened is frozen", async () => {
  const events = registry().type("A");
  await openMemory({ events });
  assert.throws(() => events.type("B"), InvalidArgumentError);
  await openMemory({ events });
});

test("a custom step that fails is an upcast error with its cause", async () => {
  const fault = new RangeError("by design");
  const events = registry()
    .type("A", { version: 2 })
    .upcast("A", 1, () => {
      throw fault;
    });
  const store = await openMemory({ events });
  await store.append("A-1", [{ type: "A", data: {}, schemaVersion: 1 }]);
  await assert.rejects(
    store.readStream("A-1"),
    (error) => error instanceof UpcastError && error.cause === fault && error.type === "A" && error.schemaVersion === 1,
  );
});

const STEPS: Record<string, [step: (data: Json) => unknown, seen: Json]> = {
  "new data": [(data) => ({ ...data, more: true }), [["A", { n: 1, more: true }]]],
  "a number": [() => 7, [["A", 7]]],
  "a string": [() => "seven", [["A", "seven"]]],
  "a split": [
    (data) => [
      { type: "A", data },
      { type: "B", data: 2 },
    ],
    [
      ["A", { n: 1 }],
      ["B", 2],
    ],
  ],
  nothing: [() => [], []],
};

for (const [name, [step, seen]] of Object.entries(STEPS)) {
  test(`a custom step may give ${name}`, async () => {
    const events = registry().type("A", { version: 2 }).type("B").upcast("A", 1, step);
    const store = await openMemory({ events });
    await store.append("A-1", [{ type: "A", data: { n: 1 }, schemaVersion: 1 }]);
    const read = await store.readStream("A-1");
    assert.deepEqual(
      read.map(({ type, data }) => [type, data]),
      seen,
    );
    assert.deepEqual(
      read.map(({ part }) => part),
      seen.map((_: Json, part: number) => part),
    );
  });
}

const WRONG: Record<string, [step: (data: Json) => unknown, says: string]> = {
  undefined: [() => undefined, "it returned nothing"],
  null: [() => null, "it returned nothing"],
  "a promise": [async () => ({}), "await it first"],
  "a date": [() => ({ at: new Date() }), "data.at"],
  "parts that are none": [() => [7], "an array is a split"],
  "a part without a type": [() => [{ data: 1 }], "an array is a split"],
  "a part of an unknown type": [() => [{ type: "Unknown", data: 1 }], "the registry does not know"],
  "what changes its argument": [(data) => Object.assign(data, { n: 2 }), "its step failed"],
};

for (const [name, [step, says]] of Object.entries(WRONG)) {
  test(`a custom step may not give ${name}`, async () => {
    const events = registry().type("A", { version: 2 }).upcast("A", 1, step);
    const store = await openMemory({ events });
    await store.append("A-1", [{ type: "A", data: { n: 1 }, schemaVersion: 1 }]);
    await assert.rejects(store.readStream("A-1"), (error) => {
      assert.ok(error instanceof UpcastError, String(error));
      assert.ok(error.message.includes(says), error.message);
      return true;
    });
  });
}

async function faultsOf(spec: Json): Promise<Json[]> {
  try {
    await openMemory({ events: registry(spec) });
  } catch (error) {
    assert.ok(error instanceof RegistryError, String(error));
    assert.ok(error.faults.every((fault) => error.message.includes(fault.message)));
    return [...error.faults];
  }
  return [];
}

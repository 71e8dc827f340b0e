/** Enrichers, limits and options of stores. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidArgumentError, openMemory, openStore, StoreError } from "onefold";
import { counter } from "./contract/counter.js";
import { PlainStore } from "./contract/index.js";

const EVENT = { type: "A", data: { n: 1 } };

test("enrichers run in their order, over what the event has", async () => {
  const seen: unknown[] = [];
  const store = await openMemory({
    enrichers: [
      (event) => {
        seen.push(event);
        return { tenant: "acme", extra: { a: 1, b: 1 } };
      },
      (event) => ({ correlationId: `${event.metadata.tenant}-1`, extra: { b: 2 } }),
    ],
  });
  await store.append("Order-1", [{ ...EVENT, metadata: { causationId: "c", tenant: "other", extra: { z: 0 } } }]);
  const [event] = await store.readStream("Order-1");
  assert.deepEqual(event?.metadata, {
    causationId: "c",
    tenant: "acme",
    correlationId: "acme-1",
    extra: { z: 0, a: 1, b: 2 },
  });
  assert.equal(seen.length, 1);
  const [given] = seen as [{ id: string }];
  assert.equal(given.id, event?.id);
  await store.execute(counter(), "1", { type: "Add", by: 1 });
  assert.equal((await store.readStream("Counter-1"))[0]?.metadata.tenant, "acme");
});

test("what an enricher throws fails the append as it is", async () => {
  const fault = new RangeError("by design");
  let broken = true;
  const enricher = () => {
    if (broken) throw fault;
    return {};
  };
  const store = await openMemory({ enrichers: [enricher] });
  await assert.rejects(store.append("Order-1", [EVENT]), (error) => error === fault);
  assert.equal(await store.head(), 0);
  broken = false;
  assert.equal((await store.append("Order-1", [EVENT])).version, 1);
});

for (const given of [undefined, "x", Promise.resolve({}), 7]) {
  test(`an enricher may not give ${String(given)}`, async () => {
    const store = await openMemory({ enrichers: [() => given as never] });
    await assert.rejects(store.append("Order-1", [EVENT]), InvalidArgumentError);
    assert.equal(await store.head(), 0);
  });
}

const OPTIONS: [argument: string, options: unknown][] = [
  ["events", { events: {} }],
  ["enrichers", { enrichers: "x" }],
  ["enrichers", { enrichers: [7] }],
  ["snapshotEvery", { snapshotEvery: 0 }],
  ["snapshotEvery", { snapshotEvery: 1.5 }],
  ["limits.nesting", { limits: { nesting: 513 } }],
  ["limits.dataBytes", { limits: { dataBytes: -1 } }],
  ["bytes", { limits: { bytes: 1 } }],
  ["snapshots", { snapshots: 1 }],
];

for (const [argument, options] of OPTIONS) {
  test(`the option ${argument} out of its range: ${JSON.stringify(options)}`, async () => {
    await assert.rejects(
      async () => await openMemory(options as never),
      (error) => error instanceof InvalidArgumentError && error.argument === argument,
    );
  });
}

test("a custom store needs its methods", async () => {
  for (const store of [undefined, {}, { append() {} }]) {
    await assert.rejects(async () => await openStore(store as never), InvalidArgumentError);
  }
  await assert.rejects(
    async () => await openStore(Object.assign(new PlainStore(), { epoch: "x" })),
    InvalidArgumentError,
  );
});

test("what a custom store throws is a store error with its cause", async () => {
  const fault = new RangeError("the disk is gone");
  class Failing extends PlainStore {
    override async append(): Promise<never> {
      throw fault;
    }
    override head(): number {
      return "seven" as never;
    }
  }
  const store = await openStore(new Failing());
  await assert.rejects(
    store.append("Order-1", [EVENT]),
    (error) => error instanceof StoreError && error.cause === fault,
  );
  await assert.rejects(store.head(), StoreError);
});

test("a snapshot that fails is warned of once and fails nothing", async (t) => {
  const warned = t.mock.method(console, "warn", () => {});
  class Forgetful extends PlainStore {
    override saveSnapshot(): never {
      throw new Error("no room");
    }
    override loadSnapshot(): never {
      throw new Error("no room");
    }
  }
  const store = await openStore(new Forgetful(), { snapshotEvery: 1 });
  for (const _ of [1, 2, 3]) await store.execute(counter(), "1", { type: "Add", by: 1 });
  assert.equal((await store.load(counter(), "1")).state.total, 3);
  assert.equal(warned.mock.callCount(), 1);
  assert.match(String(warned.mock.calls[0]?.arguments[0]), /onefold: a snapshot of decider `Counter`/);
});

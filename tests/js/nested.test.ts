/** Events that run functions of a user's while they are read: each call of the store has its own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { decider, type Event, openMemory } from "onefold";

const added = (by: unknown): Event => ({ type: "Added", data: { by } });
const types = (events: readonly Event[]) => events.map(({ data }) => data.by);

test("an append from within the data of another", async () => {
  const store = await openMemory();
  const within: Promise<unknown>[] = [];
  const data = {
    get by() {
      within.push(store.append("Inner-1", [added("inner")]));
      return "outer";
    },
  };
  await store.append("Outer-1", [added("first"), { type: "Added", data }]);
  await Promise.all(within);
  assert.deepEqual(types(await store.readStream("Outer-1")), ["first", "outer"]);
  assert.deepEqual(types(await store.readStream("Inner-1")), ["inner"]);
});

test("an append from within the events that are decided", async () => {
  const store = await openMemory();
  const within: Promise<unknown>[] = [];
  const counter = decider<unknown, number, Event>({
    category: "Counter",
    initial: () => 0,
    *decide() {
      yield added("first");
      within.push(store.append("Inner-1", [added("inner")]));
      yield added("second");
    },
    evolve: (count) => count + 1,
  });
  const { state, events } = await store.execute(counter, "1", undefined);
  await Promise.all(within);
  assert.equal(state, 2);
  assert.deepEqual(types(events), ["first", "second"]);
  assert.deepEqual(types(await store.readStream("Inner-1")), ["inner"]);
});

test("what was given to an append that failed is not in the next one", async () => {
  const store = await openMemory();
  const broken = {
    get by(): never {
      throw new RangeError("no");
    },
  };
  await assert.rejects(store.append("", [added(1)]), { code: "invalid_argument" });
  await assert.rejects(store.append("Order-1", [added(2), { ...added(3), type: "" }]), { code: "invalid_event" });
  await assert.rejects(store.append("Order-1", [added(4), added(Number.NaN)]), { code: "invalid_event" });
  await assert.rejects(store.append("Order-1", [added(5), { type: "Added", data: broken }]), RangeError);
  await store.append("Order-1", [added(6)]);
  assert.deepEqual(types(await store.readStream("Order-1")), [6]);
});

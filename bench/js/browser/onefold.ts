/** onefold, as its users have it. */

import { decider, type Event, openIndexedDb } from "onefold";
import { type Contender, type Placed, type Stored, total } from "./event.js";

type OrderPlaced = Event<"OrderPlaced", Placed>;

const summing = decider<never, number, OrderPlaced>({
  category: "Bench",
  initial: () => 0,
  decide: () => [],
  evolve: total,
});

let store: Awaited<ReturnType<typeof openIndexedDb>>;

export const onefold: Contender = {
  name: "onefold",

  async open(name) {
    store = await openIndexedDb(name);
  },

  async append(stream, data, expectedVersion) {
    const events = data.map((one) => ({ type: "OrderPlaced" as const, data: one }));
    await store.append(stream, events, { expectedVersion });
  },

  async read(stream) {
    return (await store.readStream<OrderPlaced>(stream)) as unknown as Stored[];
  },

  async load(stream) {
    const { state } = await store.load(summing, stream.slice("Bench-".length));
    return state;
  },
};

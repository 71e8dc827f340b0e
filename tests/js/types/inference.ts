/** What TypeScript infers, and what must not compile. `tsc` is the test: it fails where an expected error is none. */

import {
  ANY,
  ConflictError,
  decider,
  type Event,
  type Executed,
  type ExpectedVersion,
  NO_STREAM,
  openMemory,
  openSqlite,
  registry,
  type StoredEvent,
} from "onefold";
import { given } from "onefold/testing";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function exactly<_T extends true>(): void {}

type OrderEvent =
  | Event<"OrderPlaced", { customerId: string; totalCents: number }>
  | Event<"OrderShipped", { carrier: string }>;
type OrderCommand = { type: "PlaceOrder"; customerId: string } | { type: "ShipOrder" };
type OrderState = { status: "new" } | { status: "placed"; totalCents: number } | { status: "shipped" };

const order = decider<OrderCommand, OrderState, OrderEvent>({
  category: "Order",
  initial: () => ({ status: "new" }),
  decide(command, state) {
    exactly<Equal<typeof command, OrderCommand>>();
    exactly<Equal<typeof state, OrderState>>();
    if (command.type === "ShipOrder") return { type: "OrderShipped", data: { carrier: "DHL" } };
    return [{ type: "OrderPlaced", data: { customerId: command.customerId, totalCents: 5000 } }];
  },
  evolve(state, event) {
    switch (event.type) {
      case "OrderPlaced":
        exactly<Equal<typeof event.data, { customerId: string; totalCents: number }>>();
        return { status: "placed", totalCents: event.data.totalCents };
      case "OrderShipped":
        exactly<Equal<typeof event.data.carrier, string>>();
        // @ts-expect-error an event that was shipped has no total
        event.data.totalCents;
        return state.status === "placed" ? { status: "shipped" } : state;
    }
  },
});

const store = await openMemory();

const out = await store.execute(order, "1", { type: "PlaceOrder", customerId: "c-1" });
exactly<Equal<typeof out, Executed<OrderState, OrderEvent>>>();
exactly<Equal<(typeof out)["state"], OrderState>>();
for (const event of out.events) {
  if (event.type === "OrderPlaced") exactly<Equal<typeof event.data.totalCents, number>>();
}
const { state } = await store.load(order, "1");
exactly<Equal<typeof state, OrderState>>();

const [read] = await store.readStream<OrderEvent>("Order-1", { fromVersion: 1, limit: 100, backwards: false });
if (read?.type === "OrderShipped") exactly<Equal<typeof read.data, { carrier: string }>>();
exactly<Equal<NonNullable<typeof read>, StoredEvent<OrderEvent>>>();
for await (const event of store.all({ pageSize: 1000 })) if (event.type === "OrderPlaced") event.data.totalCents;
for await (const event of store.stream<OrderEvent>("Order-1")) exactly<Equal<typeof event.recordedAt, Date>>();

const expected: ExpectedVersion[] = [ANY, NO_STREAM, "stream_exists", 3];
await store.append("Order-1", [{ type: "A", data: 1 }], { expectedVersion: expected[0] });
new ConflictError({ streamId: "Order-1", expected: NO_STREAM, actual: 1 }).actual.toFixed();
registry({ types: [{ type: "A", version: 2 }], upcasters: [{ type: "A", from: 1, rename: { a: "b" } }] });
await openSqlite("shop.db", { durability: "relaxed", snapshotEvery: 100, limits: { dataBytes: 10 } });

given(order, { type: "OrderPlaced", data: { customerId: "c-1", totalCents: 5000 } })
  .when({ type: "ShipOrder" })
  .thenEvents({ type: "OrderShipped", data: { carrier: "DHL" } });

// @ts-expect-error a command of another type
await store.execute(order, "1", { type: "CancelOrder" });
// @ts-expect-error a member of the command is missing
await store.execute(order, "1", { type: "PlaceOrder" });
// @ts-expect-error an id is text
await store.load(order, 1);
// @ts-expect-error no decider
await store.execute({ category: "Order" }, "1", {});
// @ts-expect-error no such option
await store.execute(order, "1", { type: "ShipOrder" }, { retry: 3 });
// @ts-expect-error an expected version is a number or one of three
await store.append("Order-1", [], { expectedVersion: "new" });
// @ts-expect-error events come as an array
await store.append("Order-1", { type: "A", data: 1 });
// @ts-expect-error an event has a type
await store.append("Order-1", [{ data: 1 }]);
// @ts-expect-error metadata has fields of its own
await store.append("Order-1", [{ type: "A", data: 1, metadata: { user: "ann" } }]);
// @ts-expect-error a date is no position
await store.readAll({ afterPosition: new Date() });
// @ts-expect-error a moment is a Date
await store.readAll({ recordedFrom: "2026-01-01" });
// @ts-expect-error no such limit
await openMemory({ limits: { bytes: 10 } });
// @ts-expect-error events are read-only
if (read) read.version = 7;
// @ts-expect-error constructors take one object
new ConflictError("Order-1", 0, 1);
// @ts-expect-error an event of another decider
given(order, { type: "Added", data: {} });

decider<number, number, Event<"Added", number>>({
  category: "Counter",
  initial: () => 0,
  // @ts-expect-error decide is synchronous
  decide: async (by) => [{ type: "Added", data: by }],
  evolve: (total, { data }) => total + data,
});

decider<number, number, Event<"Added", number>>({
  category: "Counter",
  initial: () => 0,
  // @ts-expect-error no such event
  decide: (by) => [{ type: "Removed", data: by }],
  evolve: (total, { data }) => total + data,
});

// @ts-expect-error a decider has an evolve
decider<number, number, Event<"Added", number>>({ category: "Counter", initial: () => 0, decide: () => [] });

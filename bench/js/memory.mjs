/**
 * The store in memory beside plain JavaScript and Emmett's, in the Node that runs it: `node bench/js/memory.mjs [rounds]`.
 *
 * Both sides of a pair take turns in one run; each turn gives a ratio, and their median is the result: what disturbs one
 * disturbs the other. More than 1 says that onefold is faster.
 */

import { CommandHandler, getInMemoryEventStore } from "@event-driven-io/emmett";
import { decider, openMemory, registry } from "onefold";

const ROUNDS = Number(process.argv[2] ?? 15);
const EVENTS = 100_000;
const APPENDS = 2_000;
const STREAMS = 200;

const counted = (state, { type, data }) => {
  switch (type) {
    case "Added":
      return { count: state.count + 1, cents: state.cents + data.amountCents };
    default:
      return state;
  }
};
const account = decider({
  category: "Account",
  initial: () => ({ count: 0, cents: 0 }),
  decide: (amountCents) => ({ type: "Added", data: { amountCents, note: "some text" } }),
  evolve: counted,
});

console.log(`Node ${process.versions.node}`);
const rows = [await fold(), await foldUpcast(), append(), execute()];
for (const { name, target, ours, theirs } of rows) {
  const times = { ours: [], theirs: [] };
  // One turn goes before, to warm up.
  for (let round = -1; round < ROUNDS; round++) {
    // In a new order each turn.
    const sides = round % 2 === 0 ? ["ours", "theirs"] : ["theirs", "ours"];
    for (const side of sides) {
      const time = await timed(side === "ours" ? ours : theirs);
      if (round >= 0) times[side].push(time);
    }
  }
  const ratio = median(times.theirs.map((theirs, round) => theirs / times.ours[round]));
  const shown = `${median(times.ours).toFixed(1)} ms beside ${median(times.theirs).toFixed(1)} ms`;
  console.log(`${name.padEnd(62)} ${ratio.toFixed(2)}×  (at least ${target}×; ${shown})`);
}

/** Loading beside `Array.reduce` over events that were read, with the same evolve. */
async function fold() {
  const store = await openMemory();
  await fill(store, (n) => ({ type: "Added", data: dataOf("amountCents", n) }));
  const events = await store.readStream("Account-1");
  return {
    name: `load: fold of ${EVENTS} events, beside Array.reduce`,
    target: 0.8,
    ours: () => store.load(account, "1"),
    theirs: () => events.reduce(counted, account.initial()),
  };
}

/** The same with two steps of upcasting on every event, beside the same steps by hand. */
async function foldUpcast() {
  const currency = (data) => ({ ...data, currency: "EUR" });
  const events = registry()
    .type("Added", { version: 3 })
    .upcast("Added", 1, { rename: { amount: "amountCents" } })
    .upcast("Added", 2, currency);
  const old = (n) => ({ type: "Added", schemaVersion: 1, data: dataOf("amount", n) });
  const [store, plain] = [await openMemory({ events }), await openMemory()];
  for (const one of [store, plain]) await fill(one, old);
  const read = await plain.readStream("Account-1");
  const renamed = ({ amount, ...others }) => ({ ...others, amountCents: amount });
  const byHand = (state, event) => counted(state, { ...event, schemaVersion: 3, data: currency(renamed(event.data)) });
  return {
    name: `load: two steps of upcasting on ${EVENTS} events, beside reduce`,
    target: 0.5,
    ours: () => store.load(account, "1"),
    theirs: () => read.reduce(byHand, account.initial()),
  };
}

function append() {
  const event = () => ({ type: "Added", data: { amountCents: 5, note: "some text" } });
  return {
    name: `append: ${APPENDS} single events to ${STREAMS} streams, beside Emmett`,
    target: 1,
    ours: async () => {
      const store = await openMemory();
      for (let n = 0; n < APPENDS; n++) await store.append(`Account-${n % STREAMS}`, [event()]);
      await store.close();
    },
    theirs: async () => {
      const store = getInMemoryEventStore();
      for (let n = 0; n < APPENDS; n++) await store.appendToStream(`Account-${n % STREAMS}`, [event()]);
    },
  };
}

function execute() {
  const handle = CommandHandler({ evolve: counted, initialState: account.initial });
  return {
    name: `execute: ${APPENDS} commands on ${STREAMS} streams, beside Emmett`,
    target: 1,
    ours: async () => {
      const store = await openMemory();
      for (let n = 0; n < APPENDS; n++) await store.execute(account, `${n % STREAMS}`, n);
      await store.close();
    },
    theirs: async () => {
      const store = getInMemoryEventStore();
      for (let n = 0; n < APPENDS; n++) {
        await handle(store, `Account-${n % STREAMS}`, (state) => account.decide(n, state));
      }
    },
  };
}

async function fill(store, event) {
  for (let n = 0; n < EVENTS; n += 1000) {
    await store.append(
      "Account-1",
      Array.from({ length: 1000 }, (_, index) => event(n + index)),
    );
  }
}

function dataOf(field, n) {
  return { [field]: n, customer: `c-${n % 1000}`, note: "some text that makes it longer" };
}

async function timed(run) {
  // What finalizers free, they free between turns of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function median(times) {
  return times.toSorted((one, other) => one - other)[times.length >> 1];
}

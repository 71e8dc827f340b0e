/** What JSON cannot hold is refused with the path to it, nothing is written, and the store stays usable (A7). */

import { InvalidArgumentError, InvalidEventError, isOnefoldError, type Store } from "onefold";
import { type Case, type Harness, onFresh } from "./harness.js";
import { check } from "./symbols.js";
import { type Json, same } from "./values.js";

class Point {
  x = 1;
}

function cyclicArray(): Json[] {
  const value: Json[] = [];
  value.push(value);
  return value;
}

function cyclicObject(): Json {
  const value: Json = { inner: {} };
  value.inner.outer = value;
  return value;
}

function withSymbol(): Json {
  return { [Symbol("key")]: 1 };
}

const REFUSED: Record<string, [make: () => unknown, says: string]> = {
  NaN: [() => Number.NaN, "NaN is not JSON"],
  infinity: [() => Number.POSITIVE_INFINITY, "Infinity is not JSON"],
  "minus infinity": [() => Number.NEGATIVE_INFINITY, "-Infinity is not JSON"],
  "a BigInt": [() => 1n, "a BigInt is not JSON"],
  "a Date": [() => new Date(), "a Date is not JSON"],
  "a Map": [() => new Map([["a", 1]]), "a Map is not JSON"],
  "a Set": [() => new Set([1]), "a Set is not JSON"],
  bytes: [() => new Uint8Array(3), "a Uint8Array is not JSON"],
  "an ArrayBuffer": [() => new ArrayBuffer(3), "a ArrayBuffer is not JSON"],
  "a RegExp": [() => /x/, "a RegExp is not JSON"],
  "an error": [() => new TypeError("x"), "a TypeError is not JSON"],
  "an instance of a class": [() => new Point(), "a Point is not JSON"],
  "an inheriting object": [() => Object.create({ x: 1 }), "is not JSON"],
  "a boxed number": [() => Object(1), "a Number is not JSON"],
  "a promise": [() => Promise.resolve(1), "await it first"],
  "a function": [() => () => 1, "a function is not JSON"],
  "a class": [() => Point, "a function is not JSON"],
  "a symbol": [() => Symbol("x"), "a symbol is not JSON"],
  "a symbol as key": [withSymbol, "a symbol is no key"],
  "undefined in an array": [() => [undefined], "undefined is not JSON"],
  // biome-ignore lint/suspicious/noSparseArray: it is what must be refused
  "a hole in an array": [() => [1, , 3], "a hole in an array is not JSON"],
  "a cyclic array": [cyclicArray, "it contains itself"],
  "a cyclic object": [cyclicObject, "it contains itself"],
  "half a surrogate pair": [() => "\ud83c", "half a surrogate pair"],
  "half a surrogate pair as key": [() => ({ "\udf88": 1 }), "half a surrogate pair"],
};

const shared = [1];

const ACCEPTED: Record<string, [given: unknown, kept: unknown]> = {
  "an undefined member counts as absent": [{ a: undefined, b: 1 }, { b: 1 }],
  "2**53 - 1": [2 ** 53 - 1, 2 ** 53 - 1],
  "a number past 2**53": [2 ** 53, 2 ** 53],
  "the greatest number": [Number.MAX_VALUE, Number.MAX_VALUE],
  "the same array twice": [
    [shared, shared],
    [[1], [1]],
  ],
  "an object without a prototype": [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  "a key that is a prototype elsewhere": [JSON.parse('{"__proto__": {"x": 1}}'), JSON.parse('{"__proto__": {"x": 1}}')],
  "a frozen object": [Object.freeze({ a: Object.freeze([1]) }), { a: [1] }],
};

const EVENT = { type: "A", data: {} };

const WRONG: [argument: string, call: (store: Json) => unknown][] = [
  ["streamId", (store) => store.append(7, [EVENT])],
  ["streamId", (store) => store.append(null, [])],
  ["streamId", (store) => store.append("half \ud83c", [EVENT])],
  ["streamId", (store) => store.streamVersion(undefined)],
  ["events", (store) => store.append("Order-1", 7)],
  ["events", (store) => store.append("Order-1", "OrderPlaced")],
  ["events", (store) => store.append("Order-1", undefined)],
  ["expectedVersion", (store) => store.append("Order-1", [EVENT], { expectedVersion: true })],
  ["expectedVersion", (store) => store.append("Order-1", [EVENT], { expectedVersion: 1.5 })],
  ["expectedVersion", (store) => store.append("Order-1", [EVENT], { expectedVersion: -1 })],
  ["expectedVersion", (store) => store.append("Order-1", [EVENT], { expectedVersion: "1" })],
  ["expectedVersion", (store) => store.append("Order-1", [EVENT], { expectedVersion: 2 ** 53 })],
  ["expected", (store) => store.append("Order-1", [EVENT], { expected: 0 })],
  ["limit", (store) => store.readStream("Order-1", { limit: Number.NaN })],
  ["limit", (store) => store.readStream("Order-1", { limit: -1 })],
  ["limit", (store) => store.readAll({ limit: "ten" })],
  ["limit", (store) => store.readAll({ limit: Number.POSITIVE_INFINITY })],
  ["fromVersion", (store) => store.readStream("Order-1", { fromVersion: "1" })],
  ["backwards", (store) => store.readStream("Order-1", { backwards: "yes" })],
  ["afterPosition", (store) => store.readAll({ afterPosition: 1.5 })],
  ["types", (store) => store.readAll({ types: [7] })],
  ["types", (store) => store.readAll({ types: "OrderPlaced" })],
  ["recordedFrom", (store) => store.readAll({ recordedFrom: "2026-01-01" })],
  ["recordedTo", (store) => store.readAll({ recordedTo: new Date(Number.NaN) })],
  ["pageSize", (store) => store.all({ pageSize: 0 }).next()],
  ["eventId", (store) => store.findEvent(7)],
  ["position", (store) => store.cursor(-1)],
  ["decider", (store) => store.execute({}, "1", {})],
  ["decider", (store) => store.load(undefined, "1")],
  ["id", (store) => store.load({ category: "A", initial() {}, decide() {}, evolve() {} }, "")],
];

const FAULTY: [path: string, event: Json][] = [
  ["event", 7],
  ["event", null],
  ["event", ["OrderPlaced", {}]],
  ["type", { data: {} }],
  ["type", { type: 7, data: {} }],
  ["type", { type: "half \ud83c", data: {} }],
  ["data", { type: "A" }],
  ["id", { type: "A", data: {}, id: 7 }],
  ["schemaVersion", { type: "A", data: {}, schemaVersion: "1" }],
  ["schemaVersion", { type: "A", data: {}, schemaVersion: 1.5 }],
  ["metadata", { type: "A", data: {}, metadata: "x" }],
  ["metadata.user", { type: "A", data: {}, metadata: { user: "ann" } }],
  ["metadata.tenant", { type: "A", data: {}, metadata: { tenant: 7 } }],
  ["metadata.extra", { type: "A", data: {}, metadata: { extra: [1] } }],
];

/** The cases over a kind of store. */
export function badInputCases(harness: Harness): Case[] {
  const on = (name: string, run: (store: Store) => Promise<void>): Case => ({
    name: `bad input: ${name}`,
    skip: undefined,
    run: () =>
      onFresh(harness, async (place) => {
        await using store = await place.open();
        await run(store);
        check((await store.head()) === 0 && (await store.readAll()).length === 0, "something was written");
        check((await store.append("Order-1", [EVENT])).version === 1, "the store is not usable any more");
      }),
  });
  return [
    ...Object.entries(REFUSED).flatMap(([name, [make, says]]) => [
      on(`${name} is refused with its path`, async (store) => {
        const event = { type: "A", data: { items: [0, 1, 2, { price: make() }] } };
        await refused(store.append("Order-1", [event]), "data.items[3].price", says);
      }),
      on(`${name} is refused in metadata`, async (store) => {
        const event = { type: "A", data: {}, metadata: { extra: { note: [make()] } } };
        await refused(store.append("Order-1", [event]), "metadata.extra.note[0]", says);
      }),
    ]),
    ...WRONG.map(([argument, call], index) =>
      on(`${argument} of a wrong kind (${index})`, async (store) => {
        const thrown = await thrownBy(async () => await call(store));
        check(thrown instanceof InvalidArgumentError, String(thrown));
        check(thrown.argument === argument, `${thrown.argument}: ${thrown}`);
      }),
    ),
    ...FAULTY.map(([path, event], index) =>
      on(`a faulty event at ${path} (${index})`, async (store) => {
        const thrown = await thrownBy(() => store.append("Order-1", [EVENT, event]));
        check(thrown instanceof InvalidEventError, String(thrown));
        check(thrown.path === path && thrown.index === 1, `${thrown.index} ${thrown.path}: ${thrown}`);
      }),
    ),
    on("a getter that throws passes its error on", async (store) => {
      const fault = new RangeError("by design");
      const data = {
        get x(): number {
          throw fault;
        },
      };
      check((await thrownBy(() => store.append("Order-1", [{ type: "A", data }]))) === fault, "it is another error");
    }),
    ...Object.entries(ACCEPTED).map(([name, [given, kept]]) => acceptedCase(harness, name, given, kept)),
    closedCase(harness),
  ];
}

async function refused(append: Promise<unknown>, path: string, says: string): Promise<void> {
  const thrown = await thrownBy(() => append);
  check(thrown instanceof InvalidEventError, String(thrown));
  check(thrown.path.startsWith(path), `${thrown.path} is not ${path}`);
  check(thrown.message.includes(path) && thrown.message.includes(says), thrown.message);
}

function acceptedCase(harness: Harness, name: string, given: unknown, kept: unknown): Case {
  return {
    name: `input: ${name}`,
    skip: undefined,
    run: () =>
      onFresh(harness, async (place) => {
        await using store = await place.open();
        await store.append("Order-1", [{ type: "A", data: given }]);
        const [event] = await store.readStream("Order-1");
        check(same(kept, event?.data), `it came back as ${JSON.stringify(event?.data)}`);
      }),
  };
}

function closedCase(harness: Harness): Case {
  return {
    name: "a closed store says so",
    skip: undefined,
    run: () =>
      onFresh(harness, async (place) => {
        const store = await place.open();
        await store.append("Order-1", [EVENT]);
        const pages = store.all({ pageSize: 1 });
        await store.close();
        await store.close();
        const id = "00000000-0000-7000-8000-00000000000a";
        const calls: (() => unknown)[] = [
          () => store.append("Order-1", [EVENT]),
          () => store.readStream("Order-1"),
          () => store.readAll(),
          () => pages.next(),
          () => store.stream("Order-1").next(),
          () => store.streamVersion("Order-1"),
          () => store.streamExists("Order-1"),
          () => store.eventExists(id),
          () => store.findEvent(id),
          () => store.head(),
        ];
        for (const call of calls) {
          const thrown = await thrownBy(async () => await call());
          check(isOnefoldError(thrown, "closed"), `${call}: ${thrown}`);
        }
        check(store.closed, "it is not closed");
      }),
  };
}

/** What a call throws; nothing when it does not. */
export async function thrownBy(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}

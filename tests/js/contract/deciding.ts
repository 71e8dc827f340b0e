/** What `decide` may give, and what a store does with deciders: D1 and D2 as far as they are JavaScript's own. */

import { type Decider, decider, type Event, InvalidArgumentError, type Store, type StoreOptions } from "onefold";
import { thrownBy } from "./bad-input.js";
import { counter, NotPositive } from "./counter.js";
import { type Case, type Harness, onFresh } from "./harness.js";
import { check } from "./symbols.js";
import { type Json, same } from "./values.js";

/** Decides by a function; its state is the data of its events. */
function deciding(decide: (command: Json, state: Json[]) => Json): Decider<Json, Json[], Event> {
  return decider<Json, Json[], Event>({
    category: "Deciding",
    initial: () => [],
    decide,
    evolve: (state, event) => [...state, event.data],
  });
}

function* twoEvents(): Generator<Event> {
  yield { type: "A", data: 1 };
  yield { type: "A", data: 2 };
}

const GIVEN: Record<string, [decide: () => Json, data: Json[]]> = {
  "an array": [
    () => [
      { type: "A", data: 1 },
      { type: "B", data: 2 },
    ],
    [1, 2],
  ],
  "one event": [() => ({ type: "A", data: 1 }), [1]],
  "a generator": [twoEvents, [1, 2]],
  "a set": [() => new Set([{ type: "A", data: 1 }]), [1]],
  undefined: [() => undefined, []],
  null: [() => null, []],
  nothing: [() => [], []],
};

const REFUSED: Record<string, () => Json> = {
  "a promise": async () => [{ type: "A", data: 1 }],
  "a rejected promise": async () => {
    throw new Error("nobody may miss it");
  },
  "an async generator": async function* () {
    yield { type: "A", data: 1 };
  },
  "a number": () => 7,
  "a string": () => "A",
  "an object that is no event": () => ({ data: 1 }),
  "a function": () => () => [],
};

/** The cases over a kind of store. */
export function decidingCases(harness: Harness): Case[] {
  const on = (name: string, run: (store: Store) => Promise<void>, options: StoreOptions = {}): Case => ({
    name: `deciding: ${name}`,
    skip: undefined,
    run: () =>
      onFresh(harness, async (place) => {
        await using store = await place.open(options);
        await run(store);
        check((await store.append("Usable-1", [{ type: "A", data: {} }])).version === 1, "the store is not usable");
      }),
  });
  return [
    ...Object.entries(GIVEN).map(([name, [decide, data]]) =>
      on(`decide may give ${name}`, async (store) => {
        const out = await store.execute(deciding(decide), "1", undefined);
        check(same(out.state, data), `the state is ${JSON.stringify(out.state)}`);
        check(
          same(
            out.events.map((event) => event.data),
            data,
          ),
          "other events came out",
        );
        check((await store.streamVersion("Deciding-1")) === data.length && out.version === data.length, "the version");
      }),
    ),
    ...Object.entries(REFUSED).map(([name, decide]) =>
      on(`decide may not give ${name}`, async (store) => {
        const thrown = await thrownBy(() => store.execute(deciding(decide), "1", undefined));
        check(thrown instanceof InvalidArgumentError && thrown.argument === "decide", String(thrown));
        check(!(await store.streamExists("Deciding-1")), "something was written");
      }),
    ),
    on("an evolve that is asynchronous is refused", async (store) => {
      const lazy = { ...deciding(() => ({ type: "A", data: 1 })), evolve: async () => [] } as Json;
      const thrown = await thrownBy(() => store.execute(lazy, "1", undefined));
      check(thrown instanceof InvalidArgumentError && thrown.argument === "evolve", String(thrown));
      check((await store.head()) === 0, "something was written");
    }),
    ...[new NotPositive("by design"), "just text", undefined, null].map((rejection) =>
      on(`a rejection comes out as it is: ${String(rejection)}`, async (store) => {
        const reject = deciding(() => {
          throw rejection;
        });
        let thrown: unknown = "nothing";
        await store.execute(reject, "1", undefined).catch((error: unknown) => {
          thrown = error;
        });
        check(thrown === rejection, `${thrown} came out`);
        check((await store.head()) === 0, "something was written");
      }),
    ),
    on("decide may call the store", async (store) => {
      const calls: Promise<unknown>[] = [];
      const calling = deciding(() => {
        calls.push(store.append("Other-1", [{ type: "A", data: {} }]));
        calls.push(store.execute(counter(), "inner", { type: "Add", by: 1 }));
        calls.push(store.readAll());
        return { type: "A", data: 1 };
      });
      check((await store.execute(calling, "1", undefined)).version === 1, "the version");
      await Promise.all(calls);
      check((await store.streamExists("Other-1")) && (await store.streamExists("Counter-inner")), "a call was lost");
    }),
    { name: "deciding: decide may close the store", skip: undefined, run: () => closing(harness) },
    ...[1, undefined].map((snapshotEvery) =>
      on(
        `what a decider does to its state never shows later (snapshots: ${snapshotEvery})`,
        async (store) => {
          const shared = { items: [] as number[] };
          // One object every time, or a new one with the same array in it; changed in place.
          for (const [category, initial] of Object.entries({ Same: () => shared, Half: () => ({ ...shared }) })) {
            const careless = decider<Json, typeof shared, Event>({
              category,
              initial,
              decide(_, state) {
                state.items.push(-1);
                return { type: "A", data: 1 };
              },
              evolve(state, { data }) {
                state.items.push(data);
                return state;
              },
            });
            for (const id of ["1", "1", "2"]) await store.execute(careless, id, undefined);
            check(same((await store.load(careless, "1")).state, { items: [1, 1] }), "the first stream is spoilt");
            const { state } = await store.load(careless, "2");
            check(same(state, { items: [1] }), "the second stream is spoilt");
            state.items.push(7);
            check(same((await store.load(careless, "2")).state, { items: [1] }), "what was loaded is shared");
            check(shared.items.length === 0, "the initial state is shared");
          }
        },
        { snapshotEvery },
      ),
    ),
    on(
      "a state too deep for a snapshot is loaded whole",
      async (store) => {
        const deep = decider<number, Json, Event>({
          category: "Deep",
          initial: () => [],
          decide: (levels) => ({ type: "A", data: levels }),
          evolve(state, { data }) {
            let nested = state;
            for (let level = 0; level < data; level++) nested = [nested];
            return nested;
          },
        });
        for (const levels of [500, 500, 1]) await store.execute(deep, "1", levels);
        let levels = 0;
        for (let { state } = await store.load(deep, "1"); Array.isArray(state); state = state[0]) levels += 1;
        check(levels === 1002, `it has ${levels} levels`);
      },
      { snapshotEvery: 1 },
    ),
    on("two different deciders of one name are refused", async (store) => {
      const other = { ...counter(), decide: () => [] };
      await store.load(counter(), "1");
      const thrown = await thrownBy(() => store.load(other, "1"));
      check(thrown instanceof InvalidArgumentError && thrown.argument === "decider", String(thrown));
    }),
  ];
}

/** After `decide` closed the store, nothing was written; another one can be opened. */
async function closing(harness: Harness): Promise<void> {
  await onFresh(harness, async (place) => {
    const store = await place.open();
    const decide = () => {
      void store.close();
      return { type: "A", data: 1 };
    };
    const thrown = await thrownBy(() => store.execute(deciding(decide), "1", undefined));
    check((thrown as Json)?.code === "closed", String(thrown));
    await using again = await place.open();
    check((await again.head()) === 0, "something was written");
  });
}

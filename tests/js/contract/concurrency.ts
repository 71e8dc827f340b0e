/** What vectors cannot express: several at work on one store at once. */

import { ConflictError, NO_STREAM, type Store } from "onefold";
import { counter } from "./counter.js";
import { type Case, type Harness, onFresh, type Place } from "./harness.js";
import { check } from "./symbols.js";

/** The cases over a kind of store. */
export function concurrencyCases(harness: Harness): Case[] {
  const on = (run: (store: Store, place: Place) => Promise<void>) => () =>
    onFresh(harness, async (place) => {
      await using store = await place.open();
      await run(store, place);
    });
  const needsDurable = harness.durable ? undefined : "needs durable";
  return [
    { name: "20 appends at any version are all stored", skip: undefined, run: on(manyAtAny) },
    { name: "of appends at one version one wins", skip: undefined, run: on(oneWins) },
    { name: "the same append at once is written once", skip: undefined, run: on(writtenOnce) },
    { name: "no command is lost or counts twice", skip: undefined, run: on(noCommandLost) },
    { name: "a position that was just given is never ahead", skip: undefined, run: on(neverAhead) },
    { name: "a store may be open several times", skip: needsDurable, run: on(openSeveralTimes) },
  ];
}

async function manyAtAny(store: Store): Promise<void> {
  const results = await Promise.all(
    numbers(20).map((n) =>
      store.append(
        "Order-1",
        [n, n].map((data) => ({ type: "A", data })),
      ),
    ),
  );
  const events = await store.readStream("Order-1");
  check(events.length === 40, `${events.length} events`);
  check(
    events.every((event, index) => event.version === index + 1),
    "the versions have gaps",
  );
  for (const [n, result] of results.entries()) {
    const event = events[result.version - 1];
    check(event?.data === n && event.position === result.position && !result.duplicate, `append ${n} is elsewhere`);
  }
}

async function oneWins(store: Store): Promise<void> {
  const attempts = numbers(12).map((n) =>
    store.append("Order-1", [{ type: "A", data: n }], { expectedVersion: NO_STREAM }),
  );
  const outcomes = await Promise.allSettled(attempts);
  const lost = outcomes.filter((outcome) => outcome.status === "rejected").map((outcome) => outcome.reason);
  check(lost.length === 11, `${lost.length} conflicts`);
  check(
    lost.every((error) => error instanceof ConflictError && error.expected === NO_STREAM),
    String(lost[0]),
  );
  check((await store.streamVersion("Order-1")) === 1, "more than one won");
}

async function writtenOnce(store: Store): Promise<void> {
  const events = numbers(3).map((n) => ({ type: "A", data: n, id: `00000000-0000-7000-8000-00000000000${n}` }));
  const results = await Promise.all(numbers(10).map(() => store.append("Order-1", events)));
  check(results.filter((result) => !result.duplicate).length === 1, "it was written more than once");
  check(new Set(results.map(({ version, position }) => `${version} ${position}`)).size === 1, "the results differ");
  check((await store.streamVersion("Order-1")) === 3, "it was written more than once");
}

async function noCommandLost(store: Store): Promise<void> {
  const add = async () => {
    for (const _ of numbers(5)) await store.execute(counter(), "1", { type: "Add", by: 1 }, { retries: 50 });
  };
  await Promise.all(numbers(4).map(add));
  const { state, version } = await store.load(counter(), "1");
  check(state.total === 20 && version === 20, `total ${state.total} at version ${version}`);
}

async function neverAhead(store: Store): Promise<void> {
  await Promise.all(
    numbers(10).map(async (n) => {
      const { position } = await store.append(`Order-${n}`, [{ type: "A", data: n }]);
      await store.readAll({ afterPosition: store.cursor(position) });
    }),
  );
}

async function openSeveralTimes(first: Store, place: Place): Promise<void> {
  const stores = [first, await place.open(), await place.open()];
  await Promise.all(
    stores.map(async (store, n) => {
      for (const _ of numbers(10)) await store.append("Order-1", [{ type: "A", data: n }]);
    }),
  );
  for (const store of stores) {
    const versions = (await store.readStream("Order-1")).map((event) => event.version);
    check(
      versions.join() ===
        numbers(30)
          .map((n) => n + 1)
          .join(),
      `versions ${versions}`,
    );
    check(store.epoch === first.epoch, "the epochs differ");
  }
  for (const store of stores.slice(1)) await store.close();
}

function numbers(count: number): number[] {
  return [...Array(count).keys()];
}

/** Given, when, then: what holds passes, and what does not fails. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { decider, type Event, InvalidArgumentError } from "onefold";
import { given } from "onefold/testing";

type Added = Event<"Added", { by: number }>;

class Negative extends Error {}

const counter = decider<number, { total: number }, Added>({
  category: "Counter",
  initial: () => ({ total: 0 }),
  decide(by, { total }) {
    if (total + by < 0) throw new Negative("it would fall below zero");
    return by === 0 ? [] : [{ type: "Added", data: { by } }];
  },
  evolve: ({ total }, { data }) => ({ total: total + data.by }),
  isTerminal: ({ total }) => total > 100,
});

const added = (by: number): Added => ({ type: "Added", data: { by } });

test("what holds passes", () => {
  given(counter, added(3)).when(4).thenEvents(added(4));
  given(counter).when(0).thenEvents();
  given(counter).when(-1).thenRejected(Negative);
  given(counter).when(-1).thenRejected(Error);
  given(counter)
    .when(-1)
    .thenRejected((error) => error.message.includes("below zero"));
  given(counter).when(-1).thenRejected();
  given(counter, added(3), added(4)).thenState({ total: 7 });
  given(counter, added(3)).when(4).thenState({ total: 7 });
  given(counter, added(101)).thenTerminal();
});

const FALSE: Record<string, () => void> = {
  "other events": () => given(counter, added(3)).when(4).thenEvents(added(5)),
  "more events": () => given(counter).when(4).thenEvents(added(4), added(4)),
  "no events": () => given(counter).when(4).thenEvents(),
  "events of a rejected command": () => given(counter).when(-1).thenEvents(),
  "another rejection": () => given(counter).when(-1).thenRejected(TypeError),
  "a predicate that does not hold": () =>
    given(counter)
      .when(-1)
      .thenRejected(() => false),
  "a rejection of an accepted command": () => given(counter).when(1).thenRejected(Negative),
  "another state": () => given(counter, added(3)).thenState({ total: 4 }),
  "another state afterwards": () => given(counter, added(3)).when(4).thenState({ total: 3 }),
  "an end that is none": () => given(counter).thenTerminal(),
  "a command after the end": () => given(counter, added(101)).when(1).thenEvents(added(1)),
};

for (const [name, claim] of Object.entries(FALSE)) {
  test(`fails: ${name}`, () => assert.throws(claim, { name: "AssertionError" }));
}

test("a promise from decide is an error that says so", () => {
  const lazy = { ...counter, decide: async () => [] } as never as typeof counter;
  assert.throws(() => given(lazy).when(1), InvalidArgumentError);
});

test("states that are no JSON are compared as well", () => {
  const dates = decider<Date, Map<string, Date>, Event<"Set", string>>({
    category: "Dates",
    initial: () => new Map(),
    decide: (date) => ({ type: "Set", data: date.toISOString() }),
    evolve: (dates, { data }) => new Map(dates).set("last", new Date(data)),
  });
  const day = new Date("2026-01-31T00:00:00Z");
  given(dates)
    .when(day)
    .thenState(new Map([["last", day]]));
  assert.throws(
    () =>
      given(dates)
        .when(day)
        .thenState(new Map([["last", new Date(0)]])),
    { name: "AssertionError" },
  );
});

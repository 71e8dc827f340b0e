/** What is timed, in a worker. Contenders take turns, in a new order each round. */

import { byHand } from "./by-hand.js";
import { dexie } from "./dexie.js";
import { type Contender, placed } from "./event.js";
import { idb } from "./idb.js";
import { onefold } from "./onefold.js";

/** Milliseconds a piece of work, by measure and contender, one number a round. */
export type Times = Record<string, Record<string, number[]>>;

const READ_EVENTS = 10_000;

/** Short turns, several a round: so a burst of someone else's work spoils few pairs. */
const TURNS = 4;

/** Runs every measure in so many rounds. */
export async function measure(rounds: number): Promise<Times> {
  const times: Times = {};
  const contenders = [onefold, byHand, dexie, idb];
  for (const contender of contenders) await prepared(contender);
  // One turn goes before, to warm up.
  for (let round = -1; round < rounds * TURNS; round++) {
    for (const [measure, timed] of Object.entries(MEASURES)) {
      for (const contender of shuffled(contenders)) {
        const time = await timed(contender, round);
        if (round < 0 || time === undefined) continue;
        times[measure] ??= {};
        times[measure][contender.name] ??= [];
        times[measure][contender.name]?.push(time);
      }
    }
  }
  return times;
}

/** The time from nothing to an open store: the module is fetched (from this machine), compiled, and a database made. */
export async function start(): Promise<number> {
  const began = performance.now();
  await onefold.open(`bench start ${crypto.randomUUID()}`);
  return performance.now() - began;
}

const MEASURES: Record<string, (contender: Contender, round: number) => Promise<number | undefined>> = {
  "append-100": async ({ append }, round) => {
    const data = placed(100);
    return await each(6, (n) => append(`Bench-bulk${round}`, data, n * 100));
  },
  "append-1": async ({ append }, round) => {
    const data = placed(1);
    return await each(25, (n) => append(`Bench-one${round}`, data, n));
  },
  "append-16": async ({ name, append }, round) => {
    if (name !== "onefold" && name !== "by hand") return undefined;
    const data = placed(1);
    const began = performance.now();
    const writer = (_: unknown, tab: number) => each(6, (n) => append(`Bench-many${round}-${tab}`, data, n));
    await Promise.all(Array.from({ length: 16 }, writer));
    return (performance.now() - began) / (16 * 6);
  },
  "read-10k": async (contender) => {
    const began = performance.now();
    const events = await contender.read("Bench-read");
    const time = performance.now() - began;
    const last = events.at(-1);
    if (events.length !== READ_EVENTS || last?.version !== READ_EVENTS || last.data.quantity === undefined) {
      throw new Error(`${contender.name} read ${events.length}`);
    }
    return time;
  },
  "load-10k": async (contender) => {
    const began = performance.now();
    const sum = await contender.load("Bench-read");
    const time = performance.now() - began;
    const expected = placed(100).reduce((all, { quantity }) => all + quantity, 0) * (READ_EVENTS / 100);
    if (sum !== expected) throw new Error(`${contender.name} came to ${sum}, not ${expected}`);
    return time;
  },
};

async function prepared(contender: Contender): Promise<void> {
  await contender.open(`bench ${contender.name} ${crypto.randomUUID()}`);
  const data = placed(100);
  for (let version = 0; version < READ_EVENTS; version += 100) await contender.append("Bench-read", data, version);
}

/** Milliseconds a call. */
async function each(times: number, call: (n: number) => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (let n = 0; n < times; n++) await call(n);
  return (performance.now() - began) / times;
}

function shuffled<T>(values: T[]): T[] {
  return values
    .map((value) => ({ value, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

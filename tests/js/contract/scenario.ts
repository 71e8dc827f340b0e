/** The interpreter of scenarios. Their format is defined in `tests/vectors/README.md`. */

import type { Event, Store, StoredEvent } from "onefold";
import { compare, compareError } from "./compare.js";
import { counter } from "./counter.js";
import { type Case, type Harness, onFresh, type Place, storeOptions } from "./harness.js";
import { check, Symbols } from "./symbols.js";
import { camelCase, changeInPlace, type Json, spliced, writtenOut } from "./values.js";

// What TypeScript can do; `durable` depends on the store.
const ABLE = ["dynamic_arguments"];
const BESIDE = ["returns", "error", "decided", "mutate"];

/** The cases of scenarios over a kind of store. */
export function scenarioCases(file: string, scenarios: Json[], harness: Harness): Case[] {
  return scenarios.map((scenario) => {
    const needs = new Set<string>(scenario.needs);
    if (scenario.stored || scenario.steps.some((step: Json) => "reopen" in step)) needs.add("durable");
    const missing = [...needs].filter((need) => !ABLE.includes(need) && !(need === "durable" && harness.durable));
    return {
      name: `${file}: ${scenario.name}`,
      skip: missing.length > 0 ? `needs ${missing.join(", ")}` : undefined,
      run: () => onFresh(harness, (place) => runScenario(place, scenario)),
    };
  });
}

async function runScenario(place: Place, scenario: Json): Promise<void> {
  const run = new Run(place, scenario.options ?? {});
  await run.begin(scenario.stored ?? []);
  try {
    for (const [index, step] of scenario.steps.entries()) {
      try {
        await run.step(step);
      } catch (error) {
        throw new Error(`in step ${index + 1}: ${JSON.stringify(step).slice(0, 300)}: ${error}`, { cause: error });
      }
    }
  } finally {
    await run.end();
  }
}

/** A scenario under way on a fresh store. */
class Run {
  readonly #place: Place;
  readonly #symbols = new Symbols();
  #options: Json;
  #store!: Store;
  #decided = 0;
  #touched: Json[] = [];

  constructor(place: Place, options: Json) {
    this.#place = place;
    this.#options = options;
  }

  async begin(stored: Json[]): Promise<void> {
    if (stored.length > 0) {
      this.#store = await this.#place.open();
      for (const append of stored) await this.#append(append);
      await this.#store.close();
    }
    this.#store = await this.#place.open(storeOptions(this.#options));
  }

  async end(): Promise<void> {
    await this.#store.close();
  }

  async step(step: Json): Promise<void> {
    const [operation, given] = Object.entries(step).find(([name]) => !BESIDE.includes(name)) as [string, Json];
    this.#touched = [];
    const head = await this.#store.head();
    let result: Json;
    let failure: { error: unknown } | undefined;
    try {
      result = await this.#perform(operation, given);
    } catch (error) {
      if (!("error" in step)) throw error;
      failure = { error };
    }
    if (failure !== undefined) {
      compareError(step.error, failure.error);
      if (operation === "append") check((await this.#store.head()) === head, "a refused append changed the head");
    } else {
      check(!("error" in step), `it did not fail, but gave ${JSON.stringify(result)?.slice(0, 300)}`);
      if (Array.isArray(result)) inOrder(operation, given, result);
      if ("returns" in step) this.#returned(operation, step.returns, result);
    }
    if ("decided" in step) check(this.#decided === step.decided, `decided ${this.#decided} times`);
    if (step.mutate) for (const value of this.#touched) changeInPlace(value);
  }

  #returned(operation: string, expected: Json, result: Json): void {
    if (operation === "head") this.#symbols.position(expected, result, false);
    else if (operation === "cursor") {
      const named = typeof expected === "object" ? this.#symbols.value(expected, this.#store.epoch) : expected;
      this.#symbols.named(named, result);
    } else {
      compare(expected, result, this.#symbols, operation === "append" || operation === "execute");
    }
  }

  async #perform(operation: string, given: Json): Promise<Json> {
    const store = this.#store;
    switch (operation) {
      case "append":
        return await this.#append(given);
      case "read_stream":
        return this.#touch(await store.readStream(...this.#streamRead(given)));
      case "iter_stream":
        return this.#touch(await all(store.stream(...this.#streamRead(given))));
      case "read_all":
        return this.#touch(await store.readAll(this.#allRead(given)));
      case "iter_all":
        return this.#touch(await all(store.all(this.#allRead(given))));
      case "stream_version":
        return await store.streamVersion(writtenOut(given.stream));
      case "stream_exists":
        return await store.streamExists(writtenOut(given.stream));
      case "event_exists":
        return await store.eventExists(given.id);
      case "find_event":
        return this.#touch([await store.findEvent(given.id)])[0];
      case "head":
        return await store.head();
      case "cursor":
        return store.cursor(this.#symbols.value(given.position, store.epoch));
      case "wait":
        return await new Promise((resolve) => setTimeout(resolve, given.milliseconds));
      case "reopen":
        return await this.#reopen(given);
      case "execute":
        return await this.#execute(given);
      case "load":
        return await store.load(counter(given.decider), given.id);
      default:
        throw new TypeError(`no operation ${operation}`);
    }
  }

  async #reopen(changes: Json): Promise<void> {
    await this.#store.close();
    if (Object.keys(changes).length > 0) this.#options = changes;
    this.#store = await this.#place.open(storeOptions(this.#options));
  }

  async #append({ stream, events, expected }: Json): Promise<Json> {
    const given = spliced(events).map((event) => this.#event(event));
    const options = expected === undefined ? undefined : { expectedVersion: expected };
    return await this.#store.append(writtenOut(stream), given, options);
  }

  #event({ type, data, metadata, ...fields }: Json): Event {
    const event: Json = { type: writtenOut(type), data: writtenOut(data), ...renamed(fields) };
    if (metadata !== undefined) event.metadata = renamed(writtenOut(metadata));
    this.#touched.push(event.data, event.metadata);
    return event;
  }

  #streamRead({ stream, ...options }: Json): [string, Json] {
    return [writtenOut(stream), renamed(options)];
  }

  #allRead(given: Json): Json {
    const options = { ...given };
    if ("after_position" in options) {
      options.after_position = this.#symbols.value(options.after_position, this.#store.epoch);
    }
    for (const name of ["recorded_from", "recorded_to"]) {
      if (name in options) options[name] = this.#symbols.time(options[name]);
    }
    return renamed(options);
  }

  #touch(events: (StoredEvent | undefined)[]): Json[] {
    this.#touched.push(...events);
    return events;
  }

  async #execute({ id, command, metadata, retries, decider, interfere }: Json): Promise<Json> {
    this.#decided = 0;
    const interfering: Promise<unknown>[] = [];
    const disturb = () => {
      this.#decided += 1;
      if (interfere !== undefined && this.#decided <= interfere.times) {
        interfering.push(this.#append({ stream: `Counter-${id}`, events: interfere.events }));
      }
    };
    const options: Json = {};
    if (metadata !== undefined) options.metadata = renamed(metadata);
    if (retries !== undefined) options.retries = retries;
    try {
      return await this.#store.execute(counter(decider, disturb), id, command, options);
    } finally {
      await Promise.all(interfering);
    }
  }
}

/** What every list must hold, whatever a scenario says of it. */
function inOrder(operation: string, { backwards = false }: Json, events: StoredEvent[]): void {
  const by = operation.endsWith("all") ? "position" : "version";
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    if (before === undefined) continue;
    const isPart = event[by] === before[by] && event.part !== before.part;
    const isNext = backwards ? event[by] < before[by] : event[by] > before[by];
    check(isPart || isNext, `${by} ${event[by]} comes after ${before[by]}`);
  }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

function renamed(members: Json): Json {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [camelCase(name), value]));
}

import { NotJson, same, take } from "../../../js/modules/json.js";
import { decidedEvents } from "../decider/decided.js";
import type { Decider } from "../decider/decider.js";
import { ownCopy } from "../decider/state.js";
import { draftFrom } from "../event/draft.js";
import type { Event } from "../event/event.js";

/** What a rejection is expected to be: an instance of a class, or what the predicate accepts. */
// biome-ignore lint/suspicious/noExplicitAny: whatever decide throws
export type Rejection = (abstract new (...args: any[]) => unknown) | ((thrown: any) => boolean);

/**
 * A decider to which these events have happened.
 *
 * ```ts
 * import { decider, type Event } from "onefold";
 * import { given } from "onefold/testing";
 *
 * const counter = decider<number, number, Event<"Added", { by: number }>>({
 *   category: "Counter",
 *   initial: () => 0,
 *   decide(by, total) {
 *     if (total + by < 0) throw new RangeError("it would fall below zero");
 *     return { type: "Added", data: { by } };
 *   },
 *   evolve: (total, { data }) => total + data.by,
 * });
 *
 * given(counter, { type: "Added", data: { by: 3 } }).when(4).thenEvents({ type: "Added", data: { by: 4 } });
 * given(counter).when(-1).thenRejected(RangeError);
 * given(counter, { type: "Added", data: { by: 3 } }).thenState(3);
 * ```
 *
 * What does not hold throws an error of the name `AssertionError`.
 */
export function given<C, S, E extends Event>(decider: Decider<C, S, E>, ...events: NoInfer<E>[]): Given<C, S, E> {
  return new Given(decider, evolved(decider, ownCopy(decider.initial()) as S, events));
}

/** What was given; a command may come next. */
export class Given<C, S, E extends Event> {
  readonly #decider: Decider<C, S, E>;
  readonly #state: S;

  /** @internal */
  constructor(decider: Decider<C, S, E>, state: S) {
    this.#decider = decider;
    this.#state = state;
  }

  /** A command comes. */
  when(command: C): Then<S, E> {
    const decider = this.#decider;
    check(!decider.isTerminal?.(this.#state), "the decider has ended; no command reaches it");
    // What decide does to its argument must not show in the state that the events make.
    const state = ownCopy(this.#state) as S;
    const evolveOn = (events: readonly E[]) => evolved(decider, state, events);
    let decided: unknown;
    try {
      decided = decider.decide(command, this.#state);
      // A generator decides when it is run through.
      if (typeof decided === "object" && decided !== null && Symbol.iterator in decided) {
        decided = [...(decided as Iterable<unknown>)];
      }
    } catch (rejection) {
      return new Then<S, E>([], { thrown: rejection }, evolveOn);
    }
    return new Then<S, E>(decidedEvents(decided) as E[], undefined, evolveOn);
  }

  /** The events make this state. */
  thenState(expected: S): void {
    checkEqual(this.#state, expected, "the state");
  }

  /** The events end it. */
  thenTerminal(): void {
    check(Boolean(this.#decider.isTerminal?.(this.#state)), "the decider has not ended");
  }
}

/** What a command led to. */
export class Then<S, E extends Event> {
  readonly #events: readonly E[];
  readonly #rejection: { thrown: unknown } | undefined;
  readonly #evolveOn: (events: readonly E[]) => S;

  /** @internal */
  constructor(events: readonly E[], rejection: { thrown: unknown } | undefined, evolveOn: (events: readonly E[]) => S) {
    this.#events = events;
    this.#rejection = rejection;
    this.#evolveOn = evolveOn;
  }

  /** The command leads to these events; to none, without arguments. */
  thenEvents(...expected: E[]): void {
    this.#checkAccepted();
    checkEqual(this.#events.map(comparable), expected.map(comparable), "what it led to");
  }

  /** The command is rejected: by an instance of this class, or by what the predicate accepts. */
  thenRejected(expected: Rejection = () => true): void {
    const rejection = this.#rejection;
    if (rejection === undefined) throw assertion("it was not rejected", this.#events, undefined);
    const { thrown } = rejection;
    check(isMeant(expected, thrown), `it was rejected by ${String(thrown)}, which is not the one meant`, thrown);
  }

  /** The command leads to events that make this state. */
  thenState(expected: S): void {
    this.#checkAccepted();
    checkEqual(this.#evolveOn(this.#events), expected, "the state");
  }

  #checkAccepted(): void {
    const rejection = this.#rejection;
    check(rejection === undefined, `it was rejected by ${String(rejection?.thrown)}`, rejection?.thrown);
  }
}

/** The events as `execute` would hand them over: checked and frozen. */
function evolved<S, E extends Event>(
  decider: Decider<unknown, S, E> | Decider<never, S, E>,
  state: S,
  events: readonly E[],
): S {
  return events.reduce((folded, event, index) => {
    const { type, schemaVersion, data } = draftFrom(event, index);
    const metadata = event.metadata ?? {};
    return decider.evolve(folded, { ...event, type, data: data.value, metadata, schemaVersion: schemaVersion ?? 1 });
  }, state);
}

/** What counts of an event: what its maker says of it. */
function comparable(event: Event, index: number): unknown {
  const { id, type, schemaVersion, data } = draftFrom(event, index);
  const { metadata = {} } = event;
  return take({ id, type, schemaVersion, data: data.value, metadata }).value;
}

function isMeant(expected: Rejection, thrown: unknown): boolean {
  const isClass = expected === Error || expected.prototype instanceof Error || /^class\b/.test(String(expected));
  if (isClass) return thrown instanceof (expected as new () => unknown);
  return (expected as (thrown: unknown) => boolean)(thrown);
}

function checkEqual(actual: unknown, expected: unknown, what: string): void {
  if (!isEqual(actual, expected)) throw assertion(`${what} is not as expected`, actual, expected);
}

/** Equal as JSON; what is no JSON must be the same. */
function isEqual(actual: unknown, expected: unknown): boolean {
  if (Object.is(actual, expected)) return true;
  try {
    return same(take(actual).value, take(expected).value);
  } catch (fault) {
    if (!(fault instanceof NotJson)) throw fault;
    return deepEqual(actual, expected);
  }
}

function deepEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (one instanceof Date) return one.getTime() === (other as Date).getTime();
  if (one instanceof Map || one instanceof Set) return deepEqual([...one], [...(other as Iterable<unknown>)]);
  const keys = Reflect.ownKeys(one);
  return (
    keys.length === Reflect.ownKeys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && deepEqual(Reflect.get(one, key), Reflect.get(other, key)))
  );
}

function check(holds: boolean, otherwise: string, cause?: unknown): void {
  if (!holds) throw Object.assign(new Error(otherwise, { cause }), { name: "AssertionError" });
}

/** An error that test runners show the difference of. */
function assertion(message: string, actual: unknown, expected: unknown): Error {
  const shown = `${message}\n  actual:   ${text(actual)}\n  expected: ${text(expected)}`;
  return Object.assign(new Error(shown), { name: "AssertionError", actual, expected });
}

function text(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

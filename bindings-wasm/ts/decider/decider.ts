import type { Event } from "../event/event.js";

/**
 * The rules of one kind of thing: what a command leads to, and what events make of a state. All of it is pure and
 * synchronous.
 */
export interface Decider<Command, State, E extends Event> {
  /** The category of its streams: their ids are `{category}-{id}`. It has no `-`. */
  readonly category: string;
  /** The name that its snapshots go by, one decider a name in a store; the category unless given. */
  readonly name?: string;
  /** The version of the state's shape and of `evolve`, 1 unless given: raise it when either changes. */
  readonly stateVersion?: number;
  /** The state before the first event. */
  initial(): State;
  /** What a command leads to in a state: events, one event, or nothing. Throw to reject the command. */
  decide(command: Command, state: State): Iterable<E> | E | null | undefined | void;
  /** The state after an event. It depends on the event's type, data, metadata and schema version alone. */
  evolve(state: State, event: E): State;
  /** Whether it has ended and takes no more commands. */
  isTerminal?(state: State): boolean;
  /** The state as JSON for a snapshot; the state itself unless given. */
  encodeState?(state: State): unknown;
  /** The state that a snapshot's JSON is. */
  // biome-ignore lint/suspicious/noExplicitAny: it is what encodeState gave
  decodeState?(json: any): State;
}

/**
 * Declares a decider. Its types come with it wherever it goes: `execute` takes its commands and gives its states.
 *
 * ```ts
 * import { decider, type Event, openMemory } from "onefold";
 *
 * const item = decider<number, number, Event<"Received" | "Shipped", { quantity: number }>>({
 *   category: "Item",
 *   initial: () => 0,
 *   decide(command, onHand) {
 *     if (onHand + command < 0) throw new RangeError(`${onHand} on hand`);
 *     return { type: command > 0 ? "Received" : "Shipped", data: { quantity: Math.abs(command) } };
 *   },
 *   evolve: (onHand, { type, data }) => (type === "Received" ? onHand + data.quantity : onHand - data.quantity),
 * });
 *
 * const store = await openMemory();
 * const { state } = await store.execute(item, "bolts", 10);
 * console.assert(state === 10);
 * ```
 */
export function decider<Command, State, E extends Event>(
  definition: Decider<Command, State, E>,
): Decider<Command, State, E> {
  return definition;
}

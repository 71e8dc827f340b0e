import { Failure } from "../../modules/results.js";
import type { Event, StoredEvent } from "../event/event.js";

/** What an append came to. */
export interface AppendResult {
  /** The version of the stream after these events. */
  readonly version: number;
  /** The position of the last of them; of an empty append, that of the stream's last event, or 0. */
  readonly position: number;
  /** Whether they were there already: a retry of an append that had succeeded. */
  readonly duplicate: boolean;
}

/** A state, and the version of the stream that it was folded up to. */
export interface Loaded<State> {
  readonly state: State;
  /** 0 where the stream does not exist. */
  readonly version: number;
}

/** What a command led to. */
export interface Executed<State, E extends Event = Event> {
  /** The state after it. */
  readonly state: State;
  /** The events that were decided and appended; perhaps none. */
  readonly events: readonly StoredEvent<E>[];
  /** The version of the stream after it. */
  readonly version: number;
  /** The position of the last event decided; of the stream's last one where nothing was, or 0. */
  readonly position: number;
  /** How often it was decided: 1, and 1 more for each conflict. */
  readonly attempts: number;
}

/**
 * What an operation of the core came to: it gives a failure at once instead of throwing it.
 * @internal
 */
export function outcomeOf<T>(given: T | Failure): T {
  if (given instanceof Failure) throw given.error;
  return given;
}

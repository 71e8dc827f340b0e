/**
 * An immutable fact: a type, data (a JSON value), and what is known beside it.
 *
 * ```ts
 * import type { Event } from "onefold";
 *
 * type OrderEvent =
 *   | Event<"OrderPlaced", { customerId: string; totalCents: number }>
 *   | Event<"OrderShipped", { carrier: string }>;
 *
 * const placed: OrderEvent = { type: "OrderPlaced", data: { customerId: "c-1", totalCents: 5000 } };
 * ```
 *
 * What was stored is frozen: the data of an event that was read, or that `evolve` gets, cannot be changed.
 */
// biome-ignore lint/suspicious/noExplicitAny: the data of an event whose type nobody declared may be anything
export interface Event<Type extends string = string, Data = any> {
  /** The type: 1 to 255 characters, none of them a control character. */
  readonly type: Type;
  /** What happened: a JSON value. */
  readonly data: Data;
  /** A UUID, unique in a store; made by the store unless given. The same ids make an append safe to retry. */
  readonly id?: string | undefined;
  /** The schema version of `data`, from 1; the registry's current one unless given, or 1. */
  readonly schemaVersion?: number | undefined;
  /** What is known beside it. */
  readonly metadata?: Metadata | undefined;
}

/** What is known about an event beside its data. Every field may be absent. */
export interface Metadata {
  /** Ties together all that one request or process caused; at most 255 characters. */
  readonly correlationId?: string | undefined;
  /** The id of what caused this event; at most 255 characters. */
  readonly causationId?: string | undefined;
  /** Whose event it is, where one store serves several; 1 to 255 characters. */
  readonly tenant?: string | undefined;
  /** Anything else: a JSON object. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

/** A complete event that is about to be stored. */
export type Envelope<E extends Event = Event> = E extends Event
  ? {
      readonly id: string;
      readonly type: E["type"];
      readonly schemaVersion: number;
      readonly data: E["data"];
      readonly metadata: Metadata;
    }
  : never;

/**
 * An event as a store recorded it, or as upcasting shows it. A union of events makes a union of these, which narrows
 * by `type`.
 */
export type StoredEvent<E extends Event = Event> = E extends Event
  ? {
      readonly id: string;
      readonly type: E["type"];
      readonly data: E["data"];
      readonly metadata: Metadata;
      readonly schemaVersion: number;
      /** The stream that it belongs to. */
      readonly streamId: string;
      /** Its place in that stream, from 1. */
      readonly version: number;
      /** Its place in the whole store. */
      readonly position: number;
      /** Which product of a split it is, from 0; 0 for events that were not split. */
      readonly part: number;
      /** When the store recorded it, to the millisecond. */
      readonly recordedAt: Date;
    }
  : never;

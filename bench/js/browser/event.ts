/** The event that every contender appends: 152 bytes of JSON, as in the other benchmarks. */

/** What happened. */
export interface Placed {
  readonly order_id: string;
  readonly customer: string;
  readonly sku: string;
  readonly quantity: number;
  readonly price_cents: number;
  readonly currency: string;
  readonly note: string;
}

/** Data for this many events. */
export function placed(count: number): Placed[] {
  return Array.from({ length: count }, (_, n) => ({
    order_id: `order-${String(n).padStart(8, "0")}`,
    customer: "ada@example.com",
    sku: "SKU-0042",
    quantity: (n % 9) + 1,
    price_cents: 1_250,
    currency: "EUR",
    note: "leave it at the door",
  }));
}

/** A stored event as each contender gives it back. */
export interface Stored {
  readonly id: string;
  readonly type: string;
  readonly data: Placed;
  readonly metadata: object;
  readonly schemaVersion: number;
  readonly streamId: string;
  readonly version: number;
  readonly position: number;
  readonly recordedAt: Date;
}

/** The records of those who keep one for each event; the database numbers them. */
export function records(streamId: string, version: number, data: Placed[]): Omit<Stored, "position">[] {
  const recordedAt = new Date();
  return data.map((one, n) => ({
    id: crypto.randomUUID(),
    type: "OrderPlaced",
    schemaVersion: 1,
    data: one,
    metadata: {},
    streamId,
    version: version + 1 + n,
    recordedAt,
  }));
}

/** What is measured of everybody. */
export interface Contender {
  readonly name: string;
  /** Opens a fresh database. */
  open(name: string): Promise<void>;
  /** Appends events after this version of a stream, all or none. */
  append(stream: string, data: Placed[], expected: number): Promise<void>;
  /** All events of a stream. */
  read(stream: string): Promise<Stored[]>;
  /** The sum of quantities in a stream. */
  load(stream: string): Promise<number>;
}

/** The fold that is measured. */
export function total(state: number, event: { readonly data: Placed }): number {
  return state + event.data.quantity;
}

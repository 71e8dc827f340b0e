/// <reference lib="esnext.disposable" preserve="true" />

import type { StoredRecord } from "../../../js/modules/records.js";
import { optionsFrom, textFrom, wholeFrom } from "../arguments.js";
import { adapterOf } from "../decider/adapter.js";
import type { Decider } from "../decider/decider.js";
import { metadataFrom } from "../event/draft.js";
import type { Event, Metadata, StoredEvent } from "../event/event.js";
import { give } from "../event/give.js";
import { storedEvent, storedEvents } from "../event/stored.js";
import type { Store as CoreStore } from "../wasm/module.js";
import { type ExpectedVersion, expectedFrom } from "./expected.js";
import {
  allQueryFrom,
  type PageOptions,
  pageFrom,
  type ReadAllOptions,
  type ReadStreamOptions,
  streamQueryFrom,
} from "./read.js";
import { type AppendResult, type Executed, type Loaded, outcomeOf } from "./results.js";

/** How to append. */
export interface AppendOptions {
  /** What the stream must be like; `ANY` unless given. */
  readonly expectedVersion?: ExpectedVersion | undefined;
}

/** How to execute a command. */
export interface ExecuteOptions {
  /** Metadata for every event decided; what an event has itself goes over it. */
  readonly metadata?: Metadata | undefined;
  /** How often to load and decide anew when another writer was faster: 3 unless given. */
  readonly retries?: number | undefined;
}

/** Pages of records, as the core gives them. */
interface Pages {
  nextPage(): unknown;
}

/**
 * An event store. `openMemory`, `openSqlite`, `openIndexedDb` and `openStore` open one.
 *
 * ```ts
 * import { NO_STREAM, openMemory } from "onefold";
 *
 * await using store = await openMemory();
 * const placed = { type: "OrderPlaced", data: { totalCents: 5000 } };
 * const { version } = await store.append("Order-1", [placed], { expectedVersion: NO_STREAM });
 * console.assert(version === 1);
 * ```
 */
export class Store {
  readonly #core: CoreStore;

  /** @internal */
  constructor(core: CoreStore) {
    this.#core = core;
  }

  /**
   * Appends events to a stream: all of them or none, at the versions after its last.
   *
   * Events without an id get one; ids make the append safe to retry: what was written already succeeds again with
   * `duplicate` set, and is not written twice. Without events, only the expected version is checked.
   */
  async append(streamId: string, events: Iterable<Event>, options?: AppendOptions): Promise<AppendResult> {
    const { expectedVersion } = optionsFrom(options, ["expectedVersion"]);
    const expected = expectedFrom(expectedVersion);
    const stream = textFrom("streamId", streamId);
    give(events);
    // Awaiting what is ready at once, as of a store in memory, would cost a turn.
    return outcomeOf(this.#core.append(stream, expected));
  }

  /** Reads events of one stream, upcast. None where the stream does not exist. */
  async readStream<E extends Event = Event>(streamId: string, options?: ReadStreamOptions): Promise<StoredEvent<E>[]> {
    const query = streamQueryFrom(options);
    return storedEvents<E>(await outcomeOf(this.#core.readStream(textFrom("streamId", streamId), query)));
  }

  /** Reads events of the whole store, upcast, in position order: 1,000 unless a limit is given. */
  async readAll<E extends Event = Event>(options?: ReadAllOptions): Promise<StoredEvent<E>[]> {
    return storedEvents<E>(await outcomeOf(this.#core.readAll(allQueryFrom(options))));
  }

  /** Reads a stream page by page. It holds nothing open between pages. */
  stream<E extends Event = Event>(
    streamId: string,
    options?: ReadStreamOptions & PageOptions,
  ): AsyncIterableIterator<StoredEvent<E>> {
    const [pageSize, read] = pageFrom(options);
    return eventsOf<E>(this.#core.streamPages(textFrom("streamId", streamId), streamQueryFrom(read), pageSize));
  }

  /** Reads the whole store page by page, without a limit unless one is given. It holds nothing open between pages. */
  all<E extends Event = Event>(options?: ReadAllOptions & PageOptions): AsyncIterableIterator<StoredEvent<E>> {
    const [pageSize, read] = pageFrom(options);
    return eventsOf<E>(this.#core.allPages(allQueryFrom(read, null), pageSize));
  }

  /** The version of a stream; 0 where it does not exist. */
  async streamVersion(streamId: string): Promise<number> {
    return await outcomeOf(this.#core.streamVersion(textFrom("streamId", streamId)));
  }

  /** Whether a stream exists. */
  async streamExists(streamId: string): Promise<boolean> {
    return (await this.streamVersion(streamId)) > 0;
  }

  /** Whether an event of this id is stored, even one that the registry drops. */
  async eventExists(id: string): Promise<boolean> {
    return await outcomeOf(this.#core.eventExists(textFrom("eventId", id)));
  }

  /**
   * The event of this id, upcast: its first part where it is split; `undefined` where there is none, or the registry
   * drops it.
   */
  async findEvent<E extends Event = Event>(id: string): Promise<StoredEvent<E> | undefined> {
    const found: StoredRecord | undefined = await outcomeOf(this.#core.findEvent(textFrom("eventId", id)));
    return found && (storedEvent(found) as StoredEvent<E>);
  }

  /** The position of the last event that a reader may see; 0 where there is none. */
  async head(): Promise<number> {
    return await outcomeOf(this.#core.head());
  }

  /** A cursor for a position: it is refused by any other store, where the position would mean something else. */
  cursor(position: number): string {
    return this.#core.cursor(wholeFrom("position", position));
  }

  /** The UUID that was made with the store. Positions and cursors mean something within it only. */
  get epoch(): string {
    return this.#core.epoch;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#core.closed;
  }

  /**
   * Loads the stream `{category}-{id}`, decides on the command, and appends what was decided at the version that was
   * loaded. When another writer was faster, it loads and decides anew after a short pause.
   *
   * What `decide` throws comes out as it is, and nothing is written.
   */
  async execute<C, S, E extends Event>(
    decider: Decider<C, S, E>,
    id: string,
    command: NoInfer<C>,
    options?: ExecuteOptions,
  ): Promise<Executed<S, E>> {
    const { metadata, retries = 3 } = optionsFrom(options, ["metadata", "retries"]);
    const adapter = adapterOf(decider);
    const executed = outcomeOf(
      this.#core.execute(
        adapter.core,
        adapter,
        textFrom("id", id),
        command,
        metadata === undefined ? undefined : metadataFrom(metadata),
        Math.min(wholeFrom("retries", retries), 2 ** 32 - 1),
      ),
    );
    const outcome = executed instanceof Promise ? await executed : executed;
    outcome.events = storedEvents<E>(outcome.events);
    return outcome;
  }

  /** Folds the stream `{category}-{id}` to its state, from a snapshot where there is one. */
  async load<C, S, E extends Event>(decider: Decider<C, S, E>, id: string): Promise<Loaded<S>> {
    const adapter = adapterOf(decider);
    return outcomeOf(this.#core.load(adapter.core, adapter, textFrom("id", id)));
  }

  /** Closes the store; everything after it is a `ClosedError`. Closing twice is fine. */
  async close(): Promise<void> {
    await outcomeOf(this.#core.close());
  }

  /** Closes the store at the end of `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function* eventsOf<E extends Event>(pages: Pages): AsyncGenerator<StoredEvent<E>, undefined> {
  for (;;) {
    const records = (await outcomeOf(pages.nextPage())) as StoredRecord[] | undefined;
    if (records === undefined) return undefined;
    yield* storedEvents<E>(records);
  }
}

/** What the tests do to stores in tabs and workers. Errors come out as `{code, message, cause}`. */

import { type Event, type IndexedDbOptions, isOnefoldError, openIndexedDb } from "onefold";
import { held } from "./raw.js";
import { type Told, told } from "./told.js";

const open = new Map<string, Awaited<ReturnType<typeof openIndexedDb>>>();

/** Opens a store and keeps it for the calls that follow; gives its epoch. */
export async function opened(name: string, options?: IndexedDbOptions): Promise<string> {
  const store = await openIndexedDb(name, options);
  open.set(name, store);
  return store.epoch;
}

/** Opens a store that cannot be opened. */
export function refused(name: string, options?: IndexedDbOptions): Promise<Told | undefined> {
  return told(() => openIndexedDb(name, options));
}

/** Appends events with this data, one append each, at once; gives what each came to. */
export async function appended(name: string, stream: string, data: unknown[][]): Promise<(Told | undefined)[]> {
  const store = storeOf(name);
  const append = (some: unknown[]) =>
    store.append(
      stream,
      some.map((one) => ({ type: "Noted", data: one })),
    );
  return Promise.all(data.map((some) => told(() => append(some))));
}

/** The same one after the other. */
export async function appendedInTurn(name: string, stream: string, data: unknown[][]): Promise<(Told | undefined)[]> {
  const outcomes: (Told | undefined)[] = [];
  for (const some of data) outcomes.push(...(await appended(name, stream, [some])));
  return outcomes;
}

/** The same in a place that has not opened the store. */
export async function openedAndAppendedInTurn(name: string, stream: string, data: unknown[][]) {
  await opened(name);
  return appendedInTurn(name, stream, data);
}

/** Appends events of this many characters; gives what it came to. */
export async function filled(name: string, stream: string, sizes: number[]): Promise<(Told | undefined)[]> {
  return appended(
    name,
    stream,
    sizes.map((size) => Array.from({ length: Math.ceil(size / 1e6) }, () => noise(Math.min(size, 1e6)))),
  );
}

/** Counts up in a stream, each number decided on what was read: tried again after a conflict. Gives the conflicts. */
export async function counted(name: string, stream: string, times: number): Promise<number> {
  const store = storeOf(name);
  let conflicts = 0;
  for (let done = 0; done < times; ) {
    const expectedVersion = await store.streamVersion(stream);
    try {
      await store.append(stream, [{ type: "Counted", data: expectedVersion + 1 }], { expectedVersion });
      done += 1;
    } catch (error) {
      if (!isOnefoldError(error, "conflict")) throw error;
      conflicts += 1;
    }
  }
  return conflicts;
}

/** The same in a place that has not opened the store. */
export async function openedAndCounted(name: string, stream: string, times: number): Promise<number> {
  await opened(name);
  return counted(name, stream, times);
}

/** Appends numbers one after the other until the end of the tab, and tells of each that was acknowledged. */
export async function appendForever(name: string, stream: string, first: number): Promise<void> {
  const store = await openIndexedDb(name);
  const { acknowledge } = globalThis as unknown as { acknowledge(numbers: number[]): Promise<void> };
  for (let number = first; ; number += 3) {
    // One alone, then two that share a transaction.
    await store.append(stream, [{ type: "Counted", data: number }]);
    void acknowledge([number]);
    const [one, two] = [number + 1, number + 2];
    await Promise.all([one, two].map((data) => store.append(stream, [{ type: "Counted", data }])));
    void acknowledge([one, two]);
  }
}

/** The versions, positions and data of a stream. */
export async function read(
  name: string,
  stream: string,
): Promise<{ version: number; position: number; data: unknown }[]> {
  const store = open.get(name) ?? (await openIndexedDb(name));
  const events = await store.readStream(stream);
  return events.map(({ version, position, data }) => ({ version, position, data }));
}

/** The positions of all events of a store. */
export async function positions(name: string): Promise<number[]> {
  const events = await storeOf(name).readAll({ limit: null });
  return events.map(({ position }) => position);
}

/** Opens a store where the browser has no IndexedDB, and where it refuses it. */
export async function refusedWithoutIndexedDb(name: string): Promise<(Told | undefined)[]> {
  const given = Object.getOwnPropertyDescriptor(globalThis, "indexedDB") as PropertyDescriptor;
  Reflect.deleteProperty(globalThis, "indexedDB");
  const absent = await refused(name);
  const denied = () => {
    throw new DOMException("denied", "SecurityError");
  };
  Object.defineProperty(globalThis, "indexedDB", { configurable: true, get: denied });
  const outcomes = [absent, await refused(name)];
  Object.defineProperty(globalThis, "indexedDB", given);
  return outcomes;
}

/** What a read of a store comes to. */
export function readRefused(name: string): Promise<Told | undefined> {
  return told(() => storeOf(name).readAll());
}

/** Holds a database so that its deletion has to wait, asks for the deletion, and tries to open a store. */
export async function openedWhileDeletionWaits(name: string): Promise<(Told | undefined)[]> {
  const others = await held(name, 1);
  indexedDB.deleteDatabase(name);
  const waiting = await refused(name, { blockedTimeoutMs: 0 });
  others.close();
  return [waiting, await refused(name)];
}

/** Appends many events of all kinds. */
export async function varied(name: string, events: number): Promise<void> {
  const store = storeOf(name);
  for (let first = 0; first < events; first += 100) {
    const some = Array.from({ length: 100 }, (_, n) => variedEvent(first + n));
    await store.append(`Order-${(first / 100) % 3}`, some);
  }
}

/** Whether a store knows each of these ids. */
export async function knows(name: string, ids: string[]): Promise<boolean> {
  const known = await Promise.all(ids.map((id) => storeOf(name).eventExists(id)));
  return known.every(Boolean);
}

/** An export, and its progress. */
export async function backup(name: string): Promise<{ text: string; progress: unknown[] }> {
  const progress: unknown[] = [];
  const stream = storeOf(name).exportAll({ onProgress: (now) => progress.push(now) });
  return { text: await new Response(stream).text(), progress };
}

/** What an import comes to. */
export async function restored(name: string, text: string): Promise<unknown> {
  const store = storeOf(name);
  let result: unknown;
  const bytes = new Blob([text]);
  const error = await told(async () => {
    result = await store.importAll(bytes);
  });
  return error ?? result;
}

/** All events of a store as they are shown. */
export async function everything(name: string): Promise<unknown[]> {
  return storeOf(name).readAll({ limit: null });
}

function storeOf(name: string) {
  const store = open.get(name);
  if (store === undefined) throw new Error(`${name} is not open`);
  return store;
}

function variedEvent(number: number): Event {
  const data = { number, text: "h\u00e9 \u0000 \ud83d\ude00", nested: [null, { "": [] }], big: 1e300 };
  const type = number % 2 === 0 ? "Even" : "Odd";
  if (number % 3 === 0) return { type, data };
  if (number % 3 === 1) return { type, data, metadata: { tenant: "acme", correlationId: `req-${number}` } };
  const extra = JSON.parse('{"trace": ["a", {"__proto__": 1}]}');
  // Ids that do not run.
  return { type, data, id: crypto.randomUUID(), schemaVersion: 7, metadata: { causationId: "c", extra } };
}

/** Text that does not compress. */
function noise(length: number): string {
  const bytes = new Uint8Array(length);
  for (let n = 0; n < length; n += 65_536) crypto.getRandomValues(bytes.subarray(n, n + 65_536));
  return Array.from(bytes, (byte) => String.fromCharCode(33 + (byte % 90))).join("");
}

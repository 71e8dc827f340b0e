/**
 * IndexedDB by hand, as a careful person writes it for speed: one record a commit, one entry for its ids, the head of
 * the stream and of the store looked at within the transaction, and the commit awaited.
 */

import { type Contender, type Placed, type Stored, total } from "./event.js";

interface Commit {
  readonly position: number;
  readonly stream: string;
  readonly version: number;
  readonly firstId: string;
  readonly recordedAt: number;
  readonly events: { id: string; type: string; schemaVersion: number; data: Placed; metadata: object }[];
}

let database: IDBDatabase;

export const byHand: Contender = {
  name: "by hand",

  async open(name) {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      const commits = request.result.createObjectStore("commits", { keyPath: "position" });
      commits.createIndex("streams", ["stream", "version"], { unique: true });
      commits.createIndex("ids", "firstId", { unique: true });
    };
    database = await settled(request);
  },

  async append(stream, data, expected) {
    const transaction = database.transaction("commits", "readwrite", { durability: "strict" });
    const commits = transaction.objectStore("commits");
    const range = IDBKeyRange.bound([stream], [stream, []]);
    const [last, head] = await Promise.all([
      settled(commits.openKeyCursor(null, "prev")),
      settled(commits.index("streams").openKeyCursor(range, "prev")),
    ]);
    const version = head === null ? 0 : (head.key as [string, number])[1];
    if (version !== expected) throw new Error(`${stream} is at ${version}`);
    const events = data.map((one) => ({
      id: crypto.randomUUID(),
      type: "OrderPlaced",
      schemaVersion: 1,
      data: one,
      metadata: {},
    }));
    const commit: Commit = {
      position: Number(last?.key ?? 0) + data.length,
      stream,
      version: version + data.length,
      firstId: events[0]?.id ?? "",
      recordedAt: Date.now(),
      events,
    };
    commits.add(commit);
    transaction.commit();
    await completed(transaction);
  },

  async read(stream) {
    const events: Stored[] = [];
    for (const { position, version, recordedAt, events: some } of await commitsOf(stream)) {
      some.forEach(({ id, type, data, metadata, schemaVersion }, n) => {
        const before = some.length - 1 - n;
        events.push({
          id,
          type,
          data,
          metadata,
          schemaVersion,
          streamId: stream,
          version: version - before,
          position: position - before,
          recordedAt: new Date(recordedAt),
        });
      });
    }
    return events;
  },

  async load(stream) {
    let state = 0;
    for (const { events } of await commitsOf(stream)) for (const event of events) state = total(state, event);
    return state;
  },
};

async function commitsOf(stream: string): Promise<Commit[]> {
  const commits = database.transaction("commits").objectStore("commits");
  return await settled(commits.index("streams").getAll(IDBKeyRange.bound([stream], [stream, []])));
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

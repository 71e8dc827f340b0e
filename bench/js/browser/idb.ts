/** idb, one record an event. */

import { type IDBPDatabase, openDB } from "idb";
import { type Contender, records, type Stored, total } from "./event.js";

let database: IDBPDatabase;

export const idb: Contender = {
  name: "idb",

  async open(name) {
    database = await openDB(name, 1, {
      upgrade(made) {
        const events = made.createObjectStore("events", { keyPath: "position", autoIncrement: true });
        events.createIndex("ids", "id", { unique: true });
        events.createIndex("streams", ["streamId", "version"], { unique: true });
      },
    });
  },

  async append(streamId, data, expected) {
    const transaction = database.transaction("events", "readwrite", { durability: "strict" });
    const head = await transaction.store.index("streams").openKeyCursor(ofStream(streamId), "prev");
    const version = head === null ? 0 : (head.key as [string, number])[1];
    if (version !== expected) throw new Error(`${streamId} is at ${version}`);
    for (const record of records(streamId, version, data)) void transaction.store.add(record);
    await transaction.done;
  },

  async read(streamId) {
    return (await database.getAllFromIndex("events", "streams", ofStream(streamId))) as Stored[];
  },

  async load(streamId) {
    return (await this.read(streamId)).reduce(total, 0);
  },
};

function ofStream(streamId: string): IDBKeyRange {
  return IDBKeyRange.bound([streamId], [streamId, []]);
}

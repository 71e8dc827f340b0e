/** Dexie, one record an event. */

import { Dexie, type Table } from "dexie";
import { type Contender, records, type Stored, total } from "./event.js";

let events: Table<Omit<Stored, "position"> & { position?: number }, number>;
let database: Dexie;

export const dexie: Contender = {
  name: "dexie",

  async open(name) {
    database = new Dexie(name, { chromeTransactionDurability: "strict" });
    database.version(1).stores({ events: "++position, &id, &[streamId+version]" });
    events = database.table("events");
    await database.open();
  },

  async append(streamId, data, expected) {
    await database.transaction("rw", events, async () => {
      const version = (await ofStream(streamId).last())?.version ?? 0;
      if (version !== expected) throw new Error(`${streamId} is at ${version}`);
      await events.bulkAdd(records(streamId, version, data));
    });
  },

  async read(streamId) {
    return (await ofStream(streamId).toArray()) as Stored[];
  },

  async load(streamId) {
    return (await ofStream(streamId).toArray()).reduce(total, 0);
  },
};

function ofStream(streamId: string) {
  return events.where("[streamId+version]").between([streamId, Dexie.minKey], [streamId, Dexie.maxKey]);
}

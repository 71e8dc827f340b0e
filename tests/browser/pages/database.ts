/** The database under a store, in whatever place this module runs: connections that are lost, old tabs, migrations. */

import { Database } from "../../../stores/indexeddb/js/database.js";
import { opened, settled } from "../../../stores/indexeddb/js/requests.js";
import { check, nameOf, runnable } from "./check.js";

type Made = (database: IDBDatabase, transaction: IDBTransaction) => void;

const made: Made = (database, transaction) => {
  for (const name of ["commits", "snapshots", "meta"]) database.createObjectStore(name);
  transaction.objectStore("meta").add("an epoch", "epoch");
};

const connections: IDBDatabase[] = [];

/** Each case throws where it fails. */
export const { names, run, failures } = runnable({
  async "a dropped connection is opened again"(name) {
    const database = await ours(name);
    check((await count(database)) === 0, "it reads");
    // All that is left of a connection that the browser drops: transactions cannot begin any more.
    for (const connection of connections.splice(0)) connection.close();
    check((await count(database)) === 0, "it reads again");
    for (const connection of connections.splice(0)) connection.dispatchEvent(new Event("close"));
    check((await count(database)) === 0, "it reads again once it was told");
    database.close();
    check((await nameOf(() => count(database))) === "ClosedError", "closed, it stays so");
  },

  async "what loses its connection is read again once"(name) {
    const database = await ours(name);
    let runs = 0;
    const lost = (times: number) => async () => {
      runs += 1;
      if (runs <= times) throw new DOMException("dropped", "AbortError");
      return runs;
    };
    check((await database.read("commits", lost(1))) === 2, "the second time it is there");
    runs = 0;
    check((await nameOf(() => database.read("commits", lost(2)))) === "AbortError", "there is no third time");
    runs = 0;
    const broken = async () => {
      runs += 1;
      throw new DOMException("broken", "DataError");
    };
    check((await nameOf(() => database.read("commits", broken))) === "DataError", "other faults come out");
    check(runs === 1, "and are not tried again");
    database.close();
  },

  async "another database in its place is not taken for it"(name) {
    const database = await ours(name);
    for (const connection of connections.splice(0)) connection.close();
    await settled(indexedDB.deleteDatabase(name));
    check((await nameOf(() => count(database))) === "NotFoundError", "it was deleted");
    const others = await Database.open(name, 1, 1_000, (base, transaction) => {
      made(base, transaction);
      transaction.objectStore("meta").put("another epoch", "epoch");
    });
    check((await nameOf(() => count(database))) === "NotFoundError", "and stays so");
    others.close();

    const second = await ours(`${name} 2`);
    for (const connection of connections.splice(0)) connection.close();
    await settled(indexedDB.deleteDatabase(`${name} 2`));
    const other = await Database.open(`${name} 2`, 1, 1_000, (base, transaction) => {
      made(base, transaction);
      transaction.objectStore("meta").put("another epoch", "epoch");
    });
    check((await nameOf(() => count(second))) === "NotFoundError", "another epoch is another store");
    other.close();
  },

  async "an old tab that does not let go blocks a migration until it does"(name) {
    const old = await opened(name, 1, 1_000, made);
    const migrate: Made = (database) => database.createObjectStore("new");
    const start = performance.now();
    check((await nameOf(() => opened(name, 2, 100, migrate))) === "TimeoutError", "it gives up");
    check(performance.now() - start < 900, "when its patience ends");
    old.close();
    const migrated = await opened(name, 2, 5_000, migrate);
    check(migrated.objectStoreNames.contains("new"), "the migration is done");
    migrated.close();
    // What came too late was closed: it is not in the way of the next one.
    (await opened(name, 3, 100, () => {})).close();
    check((await nameOf(() => Database.open(name, 1, 0, made))) === "VersionError", "old code does not open it");
  },

  async "a store lets go for a newer version"(name) {
    const database = await ours(name);
    const newer = await opened(name, 2, 1_000, () => {});
    check((await nameOf(() => count(database))) === "VersionError", "it says so");
    newer.close();
    check((await nameOf(() => count(database))) === "VersionError", "and stays so");
  },

  async "a migration that fails changes nothing"(name) {
    const failing: Made = (database) => {
      database.createObjectStore("half");
      throw new DOMException("no further", "DataError");
    };
    check((await nameOf(() => opened(name, 1, 1_000, failing))) === "DataError", "what it threw comes out");
    const database = await ours(name);
    check((await count(database)) === 0, "the next one begins from nothing");
    database.close();
  },

  async "a database of others is refused"(name) {
    (await opened(name, 1, 1_000, (database) => database.createObjectStore("things"))).close();
    check((await nameOf(() => Database.open(name, 1, 1_000, made))) === "VersionError", "it is not ours");
    await settled(indexedDB.deleteDatabase(name)); // it was let go
  },
});

/** A database whose connections are kept in mind. */
async function ours(name: string): Promise<Database> {
  connections.length = 0;
  const transaction = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...given) {
    if (!connections.includes(this)) connections.push(this);
    return transaction.apply(this, given);
  };
  return await Database.open(name, 1, 1_000, made);
}

function count(database: Database): Promise<number> {
  return database.read("commits", (commits: IDBObjectStore) => settled(commits.count()));
}

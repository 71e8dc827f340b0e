/** The database under a store, in whatever place this module runs: connections that are lost, old tabs, migrations. */

import { CommitBuilder } from "../../../stores/indexeddb/js/commits.js";
import { Database } from "../../../stores/indexeddb/js/database.js";
import { opened, settled } from "../../../stores/indexeddb/js/requests.js";
import { openStore } from "../../../stores/indexeddb/js/schema.js";
import { Writer } from "../../../stores/indexeddb/js/writer.js";

type Made = (database: IDBDatabase, transaction: IDBTransaction) => void;

const made: Made = (database, transaction) => {
  for (const name of ["commits", "snapshots", "meta"]) database.createObjectStore(name);
  transaction.objectStore("meta").add("an epoch", "epoch");
};

const connections: IDBDatabase[] = [];

/** Each case throws where it fails. */
export const cases: Record<string, (name: string) => Promise<void>> = {
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

  async "an append that loses its transaction is written again once"(name) {
    const database = await openStore(name, 1_000, "an epoch");
    const writer = new Writer(database, "relaxed");
    let tries = 0;
    const lost = (times: number) => () => {
      tries += 1;
      if (tries <= times) throw new DOMException("dropped", "AbortError");
      return 1_000;
    };
    await writer.append("Order-1", commit(1), lost(1));
    check(tries === 2 && (await count(database)) === 1, "the second time it is written");
    tries = 0;
    check(
      (await nameOf(() => writer.append("Order-1", commit(2), lost(2)))) === "AbortError",
      "there is no third time",
    );
    check((await count(database)) === 1, "and nothing is written");
    database.close();
  },

  async "an append that fails takes none of those with it that share its transaction"(name) {
    const database = await openStore(name, 1_000, "an epoch");
    const writer = new Writer(database, "relaxed");
    const full = () => {
      throw new DOMException("there is no room", "QuotaExceededError");
    };
    const appends = [() => 1_000, full, () => 1_000].map((decide, n) => writer.append("Order-1", commit(n), decide));
    const outcomes = (await Promise.allSettled(appends)).map(({ status }) => status);
    check(outcomes.join() === "fulfilled,rejected,fulfilled", `one fails: ${outcomes}`);
    check((await count(database)) === 2, "the others are written");
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
};

/** Runs one case. */
export function run(name: string): Promise<void> {
  return cases[name]?.(`database ${crypto.randomUUID()}`) ?? Promise.reject(new Error(`there is no case ${name}`));
}

/** The names of the cases. */
export function names(): string[] {
  return Object.keys(cases);
}

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

/** A commit of one event. */
function commit(id: number): CommitBuilder {
  const builder = new CommitBuilder();
  builder.addRun(`00000000-0000-4000-8000-${String(id).padStart(12, "0")}`, 1);
  builder.addEvent("Placed", 1, id);
  return builder;
}

function count(database: Database): Promise<number> {
  return database.read("commits", (commits: IDBObjectStore) => settled(commits.count()));
}

async function nameOf(call: () => Promise<unknown>): Promise<string> {
  try {
    return `none, but ${await call()}`;
  } catch (error) {
    return (error as Error).name;
  }
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
}

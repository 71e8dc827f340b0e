/**
 * The object stores of a database.
 * @module
 */

import { Database } from "./database.js";

/**
 * What brings a database to each version from the one before; 0 is that of a new one, without any stores.
 * @type {((database: IDBDatabase, transaction: IDBTransaction, epoch: string) => void)[]}
 */
const STEPS = [toVersion1];

/**
 * Opens the database of a store, makes it where there is none, and brings an older one up to date.
 * @param {string} name
 * @param {number} patience how long to wait for others that hold an older version or delay a deletion, in milliseconds
 * @param {string} epoch the UUID of a store that is made
 */
export function openStore(name, patience, epoch) {
  return Database.open(name, STEPS.length, patience, (database, transaction, from) => {
    for (const step of STEPS.slice(from)) step(database, transaction, epoch);
  });
}

/**
 * @param {IDBDatabase} database
 * @param {IDBTransaction} transaction
 * @param {string} epoch
 */
function toVersion1(database, transaction, epoch) {
  // One record a commit, by the position of its last event: see `commits.js`.
  const commits = database.createObjectStore("commits", { keyPath: "position" });
  // By the version of the last event: the key alone says where a stream ends, and the commits from a version on are
  // those that end there or later.
  commits.createIndex("streams", ["streamId", "version"], { unique: true });
  // By the position before the first event. It is never read: a writer that knows where the store ended need not look
  // whether somebody else has written since, because its commit fails then.
  commits.createIndex("after", "after", { unique: true });
  // By the first id of each run of ids that count up by one.
  commits.createIndex("runs", "runs", { multiEntry: true, unique: true });
  // By tenant and by correlation id, where there are any. Categories and types are few and have many events: a scan by
  // position serves them, and an entry for each would cost every append.
  commits.createIndex("tags", "tags", { multiEntry: true });
  // By stream and decider.
  database.createObjectStore("snapshots");
  // What there is one of, by its name.
  database.createObjectStore("meta");
  transaction.objectStore("meta").add(epoch, "epoch");
}

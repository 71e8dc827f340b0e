/**
 * A database that mends its connection where it can.
 * @module
 */

import { opened, settled } from "./requests.js";

/** The names of exceptions by which a lost connection may show. */
const LOST = ["AbortError", "InvalidStateError", "UnknownError"];

/**
 * An open database. The browser may drop its connection at any time; it is then opened again, once.
 *
 * What it throws tells by its name what became of it: `NotFoundError` where the database was deleted, `VersionError`
 * where it was brought to a newer version, `ClosedError` where it was closed, `InvalidStateError` where it does not stay
 * open.
 */
export class Database {
  #name;
  #version;
  #patience;
  #epoch;
  /** @type {IDBDatabase} */
  #connection;
  /** Whether the browser dropped the connection. */
  #isDropped = false;
  /** @type {DOMException | undefined} why it is open no more */
  #end;

  /**
   * @param {string} name
   * @param {number} version
   * @param {number} patience
   * @param {IDBDatabase} connection
   * @param {string} epoch
   */
  constructor(name, version, patience, connection, epoch) {
    this.#name = name;
    this.#version = version;
    this.#patience = patience;
    this.#epoch = epoch;
    this.#connection = this.#adopted(connection);
  }

  /**
   * Opens a database, and makes or migrates it. A `VersionError` where it is not a store of ours.
   * @param {string} name
   * @param {number} version
   * @param {number} patience
   * @param {import("./requests.js").Migrate} migrate
   * @returns {Promise<Database>}
   */
  static async open(name, version, patience, migrate) {
    const connection = await opened(name, version, patience, migrate);
    const epoch = await epochOf(connection);
    if (epoch === undefined) {
      connection.close();
      throw new DOMException("it is not a store of ours", "VersionError");
    }
    return new Database(name, version, patience, connection, epoch);
  }

  /** The UUID that was made with the store. */
  get epoch() {
    return this.#epoch;
  }

  /** Lets the database go; transactions that run go on to their end. */
  close() {
    this.#endWith("ClosedError", "it was closed");
  }

  /**
   * Begins a transaction on one object store.
   * @param {string} store
   * @param {IDBTransactionDurability} [durability] absent, it only reads
   * @returns {Promise<IDBTransaction>}
   */
  async begin(store, durability) {
    const transaction = this.#begun(store, durability);
    if (transaction !== undefined) return transaction;
    await this.#reopen();
    const second = this.#begun(store, durability);
    if (second === undefined) throw new DOMException("it does not stay open", "InvalidStateError");
    return second;
  }

  /**
   * Runs `work`, which awaits nothing but IndexedDB, on an object store in a transaction that only reads; a second
   * time when the browser drops the connection.
   * @template T
   * @param {string} store
   * @param {(store: IDBObjectStore) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async read(store, work) {
    const run = async () => work((await this.begin(store)).objectStore(store));
    try {
      return await run();
    } catch (error) {
      if (this.#end !== undefined) throw this.#end;
      if (!isLost(error)) throw error;
      return await run();
    }
  }

  /**
   * @param {string} store
   * @param {IDBTransactionDurability} [durability]
   */
  #begun(store, durability) {
    if (this.#end !== undefined) throw this.#end;
    if (this.#isDropped) return undefined;
    try {
      if (durability === undefined) return this.#connection.transaction(store);
      return this.#connection.transaction(store, "readwrite", { durability });
    } catch (error) {
      if (!isLost(error)) throw error;
      this.#isDropped = true;
      return undefined;
    }
  }

  async #reopen() {
    const migrate = () => {
      throw new DOMException("it was deleted", "NotFoundError");
    };
    /** @type {IDBDatabase} */
    let connection;
    try {
      connection = await opened(this.#name, this.#version, this.#patience, migrate);
    } catch (error) {
      const { name, message } = /** @type {DOMException} */ (error);
      if (name === "NotFoundError" || name === "VersionError") this.#endWith(name, message);
      throw error;
    }
    if ((await epochOf(connection)) !== this.#epoch) {
      this.#endWith("NotFoundError", "another store is in its place");
    }
    // Another task may have been quicker, or it may have ended meanwhile.
    if (this.#end !== undefined || !this.#isDropped) return connection.close();
    this.#connection = this.#adopted(connection);
    this.#isDropped = false;
  }

  /** @param {IDBDatabase} connection */
  #adopted(connection) {
    connection.onclose = () => {
      this.#isDropped = true;
    };
    connection.onversionchange = ({ newVersion }) => {
      // Whoever deletes or migrates it waits until it is closed.
      if (newVersion === null) this.#endWith("NotFoundError", "it was deleted");
      else this.#endWith("VersionError", "it was brought to a newer version");
    };
    return connection;
  }

  /**
   * @param {string} name
   * @param {string} message
   */
  #endWith(name, message) {
    this.#end ??= new DOMException(message, name);
    this.#connection.close();
  }
}

/** Whether it may be due to a lost connection: another one can help. */
export function isLost(/** @type {any} */ error) {
  return LOST.includes(error?.name);
}

/**
 * The epoch of a store; nothing where the database is not ours.
 * @param {IDBDatabase} connection
 * @returns {Promise<string | undefined>}
 */
async function epochOf(connection) {
  const names = connection.objectStoreNames;
  if (!["commits", "snapshots", "meta"].every((name) => names.contains(name))) return undefined;
  const epoch = await settled(connection.transaction("meta").objectStore("meta").get("epoch"));
  return typeof epoch === "string" ? epoch : undefined;
}

/**
 * IndexedDB's events as promises. Settling a promise inside a request's event keeps its transaction usable.
 * @module
 */

/**
 * What a request comes to.
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
export function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Waits until a transaction is committed. Rejects with what failed of it: that there is no room left may show only here.
 * @param {IDBTransaction} transaction
 * @param {number} writes how many of its requests nobody has waited for
 * @returns {Promise<void>}
 */
export function committed(transaction, writes) {
  return new Promise((resolve, reject) => {
    /** @type {DOMException | undefined} */
    let failure;
    transaction.onerror = ({ target }) => {
      const { error } = /** @type {IDBRequest} */ (target);
      // An `AbortError` only says that another one failed.
      if (error?.name !== "AbortError") failure ??= error ?? undefined;
    };
    transaction.oncomplete = () => (failure === undefined ? resolve() : reject(failure));
    transaction.onabort = () =>
      reject(failure ?? transaction.error ?? new DOMException("it was aborted", "AbortError"));
    // One that is told to commit does so sooner. But Firefox then keeps what succeeds where something else fails, so of
    // several writes all must have succeeded; it commits by itself after that.
    if (writes <= 1) transaction.commit();
  });
}

/**
 * Ends a transaction so that nothing of it stays.
 * @param {IDBTransaction} transaction
 */
export function abandon(transaction) {
  try {
    transaction.abort();
  } catch {
    // It has ended already: what failed was the commit.
  }
}

/**
 * Makes or changes the object stores of a database that has this version; 0 for a new one. What it throws leaves
 * everything as it was.
 * @typedef {(database: IDBDatabase, transaction: IDBTransaction, from: number) => void} Migrate
 */

/** How long opening may take at least, in milliseconds: that a deletion is in the way is not told. */
const UNTOLD = 1_000;

/**
 * Opens a database, and makes or migrates it in the same step.
 * @param {string} name
 * @param {number} version
 * @param {number} patience how long to wait for others that hold an older version or delay a deletion, in milliseconds
 * @param {Migrate} migrate
 * @returns {Promise<IDBDatabase>} rejects with a `TimeoutError` when the others did not let go in time
 */
export function opened(name, version, patience, migrate) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    let isAwaited = true;
    /** @type {unknown} */
    let refusal;
    const giveUp = () => {
      isAwaited = false;
      reject(new DOMException("it did not open in time", "TimeoutError"));
    };
    let timer = setTimeout(giveUp, Math.max(patience, UNTOLD));
    request.onblocked = () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, patience);
    };
    request.onupgradeneeded = ({ oldVersion }) => {
      const transaction = /** @type {IDBTransaction} */ (request.transaction);
      try {
        migrate(request.result, transaction, oldVersion);
      } catch (error) {
        refusal = error;
        transaction.abort();
      }
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      // Nobody waits any more: left open, it would be in the way of the next migration.
      if (!isAwaited) request.result.close();
      resolve(request.result);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(refusal ?? request.error);
    };
  });
}

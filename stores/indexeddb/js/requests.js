// IndexedDB's events as promises. Settling a promise inside a request's event keeps its transaction usable.

/**
 * What a request comes to.
 *
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
export function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      event.preventDefault(); // a request that fails is reported here and need not abort the transaction
      reject(request.error);
    };
  });
}

/**
 * Begins a transaction on one object store.
 *
 * @param {IDBDatabase} database
 * @param {string} store
 * @param {IDBTransactionDurability} [durability] absent, it only reads
 * @returns {IDBTransaction}
 */
export function begun(database, store, durability) {
  return durability === undefined
    ? database.transaction(store)
    : database.transaction(store, "readwrite", { durability });
}

/**
 * Commits a transaction. Rejects with what aborted it: that there is no room left shows only here.
 *
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
export function committed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("it was aborted", "AbortError"));
    transaction.commit();
  });
}

/** How long opening may take at least, in milliseconds: that a deletion is in the way is not told. */
const UNTOLD = 1_000;

/**
 * Opens a database, and makes or migrates it in the same step.
 *
 * @param {string} name
 * @param {number} version
 * @param {number} patience how long to wait for others that hold an older version or delay a deletion, in milliseconds
 * @param {(database: IDBDatabase, transaction: IDBTransaction, from: number) => void} migrate may throw: nothing is changed then
 * @returns {Promise<IDBDatabase>} rejects with a `TimeoutError` when the others did not let go in time
 */
export function opened(name, version, patience, migrate) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    let isAwaited = true;
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
      try {
        migrate(request.result, request.transaction, oldVersion);
      } catch (error) {
        refusal = error;
        request.transaction.abort();
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

/**
 * The last position of the store; 0 where it is empty.
 *
 * @param {IDBObjectStore} commits
 * @returns {Promise<number>}
 */
export async function storeHead(commits) {
  const cursor = await last(commits);
  return cursor?.key ?? 0;
}

/**
 * The version at which a stream ends and the position of its last event; zeros where it does not exist.
 *
 * @param {IDBObjectStore} commits
 * @param {string} stream
 * @returns {Promise<[number, number]>}
 */
export async function streamHead(commits, stream) {
  const cursor = await last(commits.index("streams"), IDBKeyRange.bound([stream], [stream, []]));
  return [cursor?.key[1] ?? 0, cursor?.primaryKey ?? 0];
}

/**
 * The greatest start of a run of ids up to this one, or of all; nothing where there is none.
 *
 * @param {IDBObjectStore} commits
 * @param {string} [id]
 * @returns {Promise<string | undefined>}
 */
export async function runStart(commits, id) {
  const cursor = await last(commits.index("runs"), id && IDBKeyRange.upperBound(id));
  return cursor?.key;
}

/**
 * What appends must know before they write, in one round.
 *
 * @param {IDBObjectStore} commits
 * @param {number | undefined} head the last position, where it is known unless somebody else has written since: a
 *   look at what lies beyond it costs less than a search for the last one
 * @param {string[]} streams
 * @param {string[]} ids
 * @returns {Promise<[number, string | undefined, [number, number][], (string | undefined)[]]>} the last position; the
 *   greatest start of a run, unless a head was given; where each stream ends; the start of the run of each id
 */
export function lookedUp(commits, head, streams, ids) {
  return Promise.all([
    head === undefined ? storeHead(commits) : headAfter(commits, head),
    head === undefined ? runStart(commits) : undefined,
    Promise.all(streams.map((stream) => streamHead(commits, stream))),
    Promise.all(ids.map((id) => runStart(commits, id))),
  ]);
}

/**
 * The commits that hold the places from `first` to `last`, in ascending order. A commit's key has the place of its
 * last event, so the one that reaches beyond `last` is the first one from there on.
 *
 * @param {IDBObjectStore | IDBIndex} source whose keys end with a place
 * @param {string[]} prefix with which its keys begin: none, a stream, or a tag
 * @param {number} first
 * @param {number} last may be infinite
 * @returns {Promise<object[]>}
 */
export async function covering(source, prefix, first, last) {
  const key = (place) => (prefix.length === 0 ? place : [...prefix, place]);
  const beyond = IDBKeyRange.bound(key(last), key([]));
  const requests = [settled(source.getAll(beyond, 1))];
  if (first < last) {
    const within = IDBKeyRange.bound(key(first), key(last), false, true);
    requests.unshift(settled(source.getAll(within)));
  }
  const found = await Promise.all(requests);
  return found.flat();
}

/**
 * The positions of the commits with a tag that hold positions from `first` on, in ascending order.
 *
 * @param {IDBIndex} source
 * @param {string[]} prefix
 * @param {number} first
 * @param {number} most how many at the most
 * @returns {Promise<number[]>}
 */
export function positionsTagged(source, prefix, first, most) {
  const range = IDBKeyRange.bound([...prefix, first], [...prefix, []]);
  return settled(source.getAllKeys(range, most));
}

/** The head that is given, or a later one where there is one. */
async function headAfter(commits, head) {
  const later = await settled(commits.getKey(IDBKeyRange.lowerBound(head, true)));
  return later ?? head;
}

/** A cursor on the last key of a range, of all where there is none; nothing where no key is. */
function last(source, range) {
  return settled(source.openKeyCursor(range, "prev"));
}

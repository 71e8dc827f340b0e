/** IndexedDB by hand: what other code of a page may do to the databases. */

/** What a request comes to. */
export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Deletes a database, once nobody holds it any more. */
export function deleted(name: string): Promise<IDBDatabase> {
  return settled(indexedDB.deleteDatabase(name));
}

/** Opens a database and does not let it go when others ask for it. */
export function held(name: string, version: number): Promise<IDBDatabase> {
  return settled(indexedDB.open(name, version));
}

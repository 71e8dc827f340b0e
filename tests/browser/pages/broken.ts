/** Transactions that break half-way: what writes `three` goes wrong. */

import { openIndexedDb } from "onefold";
import { told } from "./told.js";

type Add = IDBObjectStore["add"];

const { add } = IDBObjectStore.prototype;

/** What goes wrong with a write, each in a way of its own. */
const FAULTS: Record<string, Add> = {
  /** The browser, or the page, aborts the transaction. */
  aborts(this: IDBObjectStore, ...given) {
    const request = add.apply(this, given);
    this.transaction.abort();
    return request;
  },
  /** The request fails, which aborts it: what is before the first event is there. */
  fails(this: IDBObjectStore, commit, ...given) {
    return add.call(this, { ...commit, after: 0 }, ...given);
  },
  /** It cannot even be asked for. */
  throws() {
    throw new DOMException("no further", "DataError");
  },
};

/** Appends four events at once, so that they share a transaction, with the fault so often; then the third again. */
export async function appended(fault: string, times: number) {
  const store = await openIndexedDb(`broken ${crypto.randomUUID()}`);
  const append = async (data: string) => {
    let version: number | undefined;
    const refusal = await told(async () => {
      const appended = await store.append("Note-1", [{ type: "Noted", data }]);
      version = appended.duplicate ? undefined : appended.version;
    });
    return refusal ?? version;
  };
  breakWrites(fault, times, ({ data }) => data[0] === "three");
  const outcomes = await Promise.all(["one", "two", "three", "four"].map(append));
  IDBObjectStore.prototype.add = add;
  const again = await append("three");
  const kept = await store.readStream("Note-1");
  return { outcomes, again, kept: kept.map(({ version, position, data }) => ({ version, position, data })) };
}

/** Restores a backup whose third record cannot be written, in one transaction with the others; then again. */
export async function imported(fault: string) {
  const [from, to] = [await openIndexedDb(crypto.randomUUID()), await openIndexedDb(crypto.randomUUID())];
  const some = Array.from({ length: 10 }, (_, data) => ({ type: "Noted", data }));
  for (const stream of ["Note-1", "Note-2", "Note-3"]) await from.append(stream, some);
  const backup = await new Response(from.exportAll()).blob();
  breakWrites(fault, 1, ({ streamId }) => streamId === "Note-3");
  const refused = await told(() => to.importAll(backup));
  IDBObjectStore.prototype.add = add;
  const between = (await to.readAll()).length;
  await to.importAll(backup);
  return { refused, between, after: (await to.readAll()).length };
}

function breakWrites(
  fault: string,
  times: number,
  isUnlucky: (commit: { data: unknown[]; streamId: string }) => boolean,
) {
  let left = times;
  IDBObjectStore.prototype.add = function (commit, ...given) {
    const write = isUnlucky(commit) && left-- > 0 ? FAULTS[fault] : add;
    return (write ?? add).call(this, commit, ...given);
  };
}

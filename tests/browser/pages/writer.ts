/** The writer of a store, in whatever place this module runs: what it looks at, and what it does where others write. */

import { exported, Import } from "../../../stores/indexeddb/js/backup.js";
import { CommitBuilder } from "../../../stores/indexeddb/js/commits.js";
import type { Database } from "../../../stores/indexeddb/js/database.js";
import { settled } from "../../../stores/indexeddb/js/requests.js";
import { openStore } from "../../../stores/indexeddb/js/schema.js";
import { Writer } from "../../../stores/indexeddb/js/writer.js";
import { calledDuring, check, checkSame, nameOf, runnable } from "./check.js";

/** The requests by which something is looked at. */
const LOOKS = ["get", "getKey", "getAll", "getAllKeys", "openCursor", "openKeyCursor", "count"];

/** What appends were decided on, one entry a time: where the store ended, then the version and position of the stream. */
type Asked = string[];

/** Each case throws where it fails. */
export const { names, run, failures } = runnable({
  async "an append that loses its transaction is written again once"(name) {
    const [database, writer] = await opened(name);
    let tries = 0;
    const lost = (times: number) => () => {
      tries += 1;
      if (tries <= times) throw new DOMException("dropped", "AbortError");
      return 1_000;
    };
    await writer.append("Order-1", commit(1), lost(1));
    check(tries === 2 && (await placesIn(database)).length === 1, "the second time it is written");
    tries = 0;
    check(
      (await nameOf(() => writer.append("Order-1", commit(2), lost(2)))) === "AbortError",
      "there is no third time",
    );
    check((await placesIn(database)).length === 1, "and nothing is written");
    database.close();
  },

  async "an append that was kept though it seemed lost is decided in doubt"(name) {
    const [database, writer] = await opened(name);
    const asked: Asked = [];
    const found: unknown[] = [];
    const { commit: begin } = IDBTransaction.prototype;
    IDBTransaction.prototype.commit = function () {
      begin.call(this);
      IDBTransaction.prototype.commit = begin;
      this.dispatchEvent(new Event("abort")); // the browser drops the connection before it tells
    };
    await writer.append("Order-1", commit(1), (head, version, position, stored, isInDoubt) => {
      found.push(stored?.map((record) => record?.position));
      const decide = stored === undefined ? written(asked) : refused(asked);
      return decide(head, version, position, stored, isInDoubt);
    });
    checkSame(asked, ["0 0 0", "1 1 1 in doubt"], "it is asked again");
    checkSame(found, [undefined, [1]], "and told what is there");
    database.close();
  },

  async "an append that fails takes none of those with it that share its transaction"(name) {
    const [database, writer] = await opened(name);
    const full = () => {
      throw new DOMException("there is no room", "QuotaExceededError");
    };
    const appends = [() => 1_000, full, () => 1_000].map((decide, n) => writer.append("Order-1", commit(n), decide));
    const outcomes = (await Promise.allSettled(appends)).map(({ status }) => status);
    check(outcomes.join() === "fulfilled,rejected,fulfilled", `one fails: ${outcomes}`);
    check((await placesIn(database)).length === 2, "the others are written");
    database.close();
  },

  async "an append to a stream that is known looks at nothing first"(name) {
    const [database, writer] = await opened(name);
    const asked: Asked = [];
    const append = (id: number, events: number) => writer.append("Order-1", commit(id, events), written(asked));
    await append(1, 3);
    const looks = await looksDuring(async () => {
      await append(2, 1);
      await Promise.all([append(3, 2), append(4, 1)]);
    });
    check(looks === 0, `it looks at nothing, not ${looks} times`);
    checkSame(asked, ["0 0 0", "3 3 3", "4 4 4", "6 6 6"], "each is decided on the one before");
    checkSame(await placesIn(database), ["0-3", "3-4", "4-6", "6-7"], "they are dense");
    database.close();
  },

  async "appends that somebody else has overtaken are decided again, all that are written together"(name) {
    const [database, one] = await opened(name);
    const [second, other] = await opened(name);
    const asked: Asked = [];
    await one.append("Order-1", commit(1), written([]));
    await other.append("Order-2", commit(2, 2), written([]));
    await one.append("Order-1", commit(3), written(asked));
    checkSame(asked, ["1 1 1", "3 1 1"], "what was known is forgotten");

    await other.append("Order-1", commit(4, 3), written([]));
    asked.length = 0;
    const transactions = await calledDuring([IDBDatabase.prototype], ["transaction"], () =>
      Promise.all([5, 6].map((id) => one.append("Order-1", commit(id), written(asked)))),
    );
    checkSame(asked, ["4 2 4", "5 3 5", "7 5 7", "8 6 8"], "both are decided again");
    check(transactions.length === 2, `in one more transaction, not ${transactions.length - 1}`);
    checkSame(await placesIn(database), ["0-1", "1-3", "3-4", "4-7", "7-8", "8-9"], "they are dense");
    for (const each of [database, second]) each.close();
  },

  async "what is not written is decided on what is there"(name) {
    const [database, one] = await opened(name);
    const [second, other] = await opened(name);
    const asked: Asked = [];
    await one.append("Order-1", commit(1), written([]));
    await other.append("Order-1", commit(2, 2), written([]));
    await one.append("Order-1", commit(3), refused(asked));
    checkSame(asked.at(-1), "3 3 3", "alone");

    await other.append("Order-1", commit(4, 2), written([]));
    asked.length = 0;
    await Promise.all([
      one.append("Order-1", commit(5), refused(asked)),
      one.append("Order-1", commit(6), written([])),
    ]);
    checkSame(asked.at(-1), "5 5 5", "beside one that is written");
    checkSame(await placesIn(database), ["0-1", "1-3", "3-5", "5-6"], "they are dense");
    for (const each of [database, second]) each.close();
  },

  async "what was imported meanwhile is found"(name) {
    const [original, source] = await opened(`${name} to import`);
    await source.append("Order-1", commit(1, 2), written([]));
    const [database, writer] = await opened(name);
    await writer.append("Order-1", commit(2), refused([])); // from now on it knows that nothing is there
    const backup = new Import();
    for await (const { lines } of exported(original)) backup.feed(lines);
    await backup.restore(database, "relaxed");
    const asked: Asked = [];
    await writer.append("Order-1", commit(2), written(asked));
    checkSame(asked, ["0 0 0", "2 2 2"], "it is decided again");
    checkSame(await placesIn(database), ["0-2", "2-3"], "they are dense");
    for (const each of [original, database]) each.close();
  },

  async "nothing is known any more once a connection was dropped"(name) {
    let database: Database | undefined;
    let writer: Writer | undefined;
    const [connection] = await calledDuring([IDBDatabase.prototype], ["transaction"], async () => {
      [database, writer] = await opened(name);
    });
    const asked: Asked = [];
    const append = (id: number) => writer?.append("Order-1", commit(id), written(asked));
    await append(1);
    await append(2);
    // The last commit is gone, as it may be where a disk failed.
    const transaction = connection?.transaction("commits", "readwrite");
    await settled(transaction?.objectStore("commits").delete(2) as IDBRequest<undefined>);
    connection?.close();
    await append(3);
    checkSame(asked.at(-1), "1 1 1", "it is looked at anew");
    database?.close();
  },
});

/** A connection and its writer, as each tab has them. */
async function opened(name: string): Promise<[Database, Writer]> {
  const database = await openStore(name, 1_000, "an epoch");
  return [database, new Writer(database, "relaxed")];
}

/** A commit whose ids have nothing to do with those of others, and are greater than those of lesser ones. */
function commit(id: number, events = 1): CommitBuilder {
  const builder = new CommitBuilder();
  builder.addRun(`${String(id).padStart(8, "0")}-0000-4000-8000-000000000000`, events);
  for (let n = 0; n < events; n++) builder.addEvent("Placed", 1, n);
  return builder;
}

/** Decides that an append is written, and keeps on what. */
function written(asked: Asked) {
  return (head: number, version: number, position: number, _: unknown, isInDoubt: boolean) => {
    asked.push(`${head} ${version} ${position}${isInDoubt ? " in doubt" : ""}`);
    return 1_000;
  };
}

/** Decides that it is not. */
function refused(asked: Asked) {
  return (...given: Parameters<ReturnType<typeof written>>) => {
    written(asked)(...given);
    return undefined;
  };
}

async function looksDuring(work: () => Promise<unknown>): Promise<number> {
  const called = await calledDuring<object>([IDBObjectStore.prototype, IDBIndex.prototype], LOOKS, work);
  return called.length;
}

/** After which position each commit begins, and at which it ends. */
async function placesIn(database: Database): Promise<string[]> {
  const commits = await database.read("commits", (store: IDBObjectStore) => settled(store.getAll()));
  return commits.map(({ after, position }) => `${after}-${position}`);
}

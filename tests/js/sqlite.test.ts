/** SQLite files in Node: what the contract leaves open, and files shared with Python. */

import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  InvalidArgumentError,
  MigrationError,
  openMemory,
  openSqlite,
  type Store,
  StoreError,
  StoreUnavailableError,
} from "onefold";
import { sqliteIsThere } from "./harnesses.js";

const skip = sqliteIsThere ? false : "this Node has no node:sqlite";
const directory = mkdtempSync(join(tmpdir(), "onefold-sqlite-"));
after(() => rmSync(directory, { recursive: true }));

let files = 0;
const fresh = () => join(directory, `shop-${files++}.db`);
const EVENT = { type: "A", data: { n: 1 } };

test("without node:sqlite the error says what it needs", {
  skip: sqliteIsThere && "this Node has node:sqlite",
}, async () => {
  await assert.rejects(openSqlite(fresh()), (error) => {
    assert.ok(error instanceof StoreUnavailableError, String(error));
    assert.match(error.message, /openSqlite needs Node 22\.5 or newer/);
    return true;
  });
  assert.equal((await (await openMemory()).append("Order-1", [EVENT])).version, 1);
});

test("what was appended is there after a restart, under one epoch", { skip }, async () => {
  const path = fresh();
  const first = await openSqlite(path);
  const { epoch } = first;
  await first.append("Order-1", [EVENT, EVENT]);
  await first.close();
  await using again = await openSqlite(pathToFileURL(path), { durability: "relaxed", busyTimeoutMs: 100 });
  assert.equal(again.epoch, epoch);
  assert.equal(await again.head(), 2);
});

test("options out of their range are refused, and no file is made", { skip }, async () => {
  const path = fresh();
  for (const options of [{ durability: "lax" }, { busyTimeoutMs: -1 }, { migrate: "yes" }, { path: "x" }]) {
    await assert.rejects(openSqlite(path, options as never), InvalidArgumentError);
  }
  await assert.rejects(openSqlite(7 as never), InvalidArgumentError);
  for (const none of ["", ":memory:"]) await assert.rejects(openSqlite(none), StoreError);
  assert.ok(!existsSync(path));
});

test("what is no store of ours is refused with what to do", { skip }, async () => {
  const text = fresh();
  writeFileSync(text, "this is no database, but it is long enough to be taken for one by its size alone".repeat(20));
  await assert.rejects(openSqlite(text), MigrationError);
  await assert.rejects(openSqlite(fresh(), { migrate: false }), StoreError);
  await assert.rejects(openSqlite(join(directory, "absent", "shop.db")), StoreError);
  const folder = fresh();
  mkdirSync(folder);
  await assert.rejects(openSqlite(folder), StoreError);
});

test("a file that stays locked is unavailable, and then works again", { skip }, async () => {
  const path = fresh();
  await using store = await openSqlite(path, { busyTimeoutMs: 50 });
  const { DatabaseSync } = await import("node:sqlite");
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  await assert.rejects(store.append("Order-1", [EVENT]), StoreUnavailableError);
  assert.deepEqual(await store.readAll(), [], "readers do not wait for a writer");
  other.exec("ROLLBACK");
  other.close();
  assert.equal((await store.append("Order-1", [EVENT])).version, 1);
});

const PYTHON = process.env["ONEFOLD_TEST_PYTHON"] ?? ".venv/bin/python";
const python = (path: string, code: string) =>
  execFileSync(PYTHON, ["-c", `import sys\nfrom onefold import *\nstore = SqliteStore(sys.argv[1])\n${code}`, path], {
    encoding: "utf8",
  });

/** Values whose text, shape or size has gone wrong somewhere before. */
const VALUES = [
  { s: "Grüße 🎈 \u0000 \u2028", "": {}, n: [0, -0, 1.5, 1e300, 5e-324, 2 ** 53, 1e22, -(2 ** 60)] },
  [null, true, [], {}],
  "text",
  7,
];

test("a file written by Node is read by Python", { skip }, async () => {
  const path = fresh();
  const store = await openSqlite(path);
  const metadata = { tenant: "acme", correlationId: "req-1", causationId: "cmd-1", extra: { tags: ["ä"] } };
  const { position } = await store.append(
    "Order-1",
    VALUES.map((data) => ({ type: "A", data, schemaVersion: 3, metadata })),
  );
  const cursor = store.cursor(position);
  const written = await store.readStream("Order-1");
  await store.close();
  const read = JSON.parse(
    python(
      path,
      `import json
events = store.read_stream("Order-1")
assert store.read_all(after_position=${JSON.stringify(cursor)}) == []
print(json.dumps([[e.id, e.data, e.schema_version, e.metadata.tenant, e.metadata.correlation_id, e.metadata.causation_id,
                   e.metadata.extra, e.version, e.position, e.recorded_at.timestamp() * 1000] for e in events]))`,
    ),
  );
  const expected = written.map((e) => [
    e.id,
    e.data,
    3,
    "acme",
    "req-1",
    "cmd-1",
    { tags: ["ä"] },
    e.version,
    e.position,
    e.recordedAt.getTime(),
  ]);
  assert.deepEqual(read, JSON.parse(JSON.stringify(expected)));
});

test("a file written by Python is read by Node", { skip }, async () => {
  const path = fresh();
  const values = JSON.stringify(VALUES.map((value) => JSON.stringify(value)));
  const [epoch, ids] = JSON.parse(
    python(
      path,
      `import json
values = [json.loads(text, parse_int=float) for text in json.loads(${JSON.stringify(values)})]
meta = Metadata(tenant="acme", extra={"tags": ["ä"]})
store.append("Order-1", [Event("A", value, schema_version=2, metadata=meta) for value in values])
print(json.dumps([str(store.epoch), [e.id for e in store.read_all()]]))`,
    ),
  );
  await using store = await openSqlite(path);
  assert.equal(store.epoch, epoch);
  const events = await store.readAll();
  assert.deepEqual(
    events.map((event) => event.id),
    ids,
  );
  assert.deepEqual(
    events.map((event) => event.data),
    JSON.parse(JSON.stringify(VALUES)),
  );
  for (const event of events) {
    assert.equal(event.schemaVersion, 2);
    assert.deepEqual(event.metadata, { tenant: "acme", extra: { tags: ["ä"] } });
    assert.ok(Math.abs(event.recordedAt.getTime() - Date.now()) < 60_000, String(event.recordedAt));
  }
  const retry = await store.append(
    "Order-1",
    events.map(({ id, type, data, schemaVersion }) => ({ id, type, data, schemaVersion })),
  );
  assert.ok(retry.duplicate, "a retry of what Python wrote is one");
});

test("Node and Python write one file at once, and no event is lost", { skip }, async () => {
  const path = fresh();
  await using store = await openSqlite(path);
  const appends = 150;
  const other = spawn(
    PYTHON,
    [
      "-c",
      `import sys\nfrom onefold import *\nstore = SqliteStore(sys.argv[1])\nprint("ready", flush=True)
import time
for n in range(${appends}):
    store.append("Order-1", [Event("P", n), Event("P", n)])
    time.sleep(0.002)`,
      path,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = once(other, "exit");
  await once(other.stdout, "data");
  const seen = await writeAndFollow(store, appends, other);
  assert.equal((await ended)[0], 0);
  const events = await collected(store);
  assert.equal(events.length, appends * 3);
  assert.deepEqual(
    events.map((event) => event.version),
    [...events.keys()].map((index) => index + 1),
  );
  for (const type of ["P", "N"]) {
    const order = events.filter((event) => event.type === type).map((event) => event.data);
    assert.deepEqual(
      order,
      order.toSorted((one, other) => one - other),
      `${type} is out of order`,
    );
  }
  assert.deepEqual(
    seen,
    events.slice(0, seen.length).map((event) => event.position),
    "a reader skipped an event",
  );
  const turns = events.filter((event, index) => index > 0 && event.type !== events[index - 1]?.type);
  assert.ok(turns.length > 20, `they did not write at the same time: ${turns.length} turns`);
});

/** Appends while the other one does, and follows by cursor: the positions that it saw. */
async function writeAndFollow(store: Store, appends: number, other: ChildProcess): Promise<number[]> {
  const seen: number[] = [];
  for (let n = 0; n < appends; n++) {
    await store.append("Order-1", [{ type: "N", data: n }]);
    const more = await store.readAll({ afterPosition: store.cursor(seen.at(-1) ?? 0) });
    seen.push(...more.map((event) => event.position));
    // Let the other one have the lock now and then.
    if (other.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return seen;
}

async function collected(store: Store) {
  const events = [];
  for await (const event of store.all({ pageSize: 100 })) events.push(event);
  return events;
}

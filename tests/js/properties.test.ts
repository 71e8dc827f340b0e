/** What holds for any input, tried with many. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ConflictError, decider, type Event, openMemory, registry, type Store } from "onefold";
import { thrownBy } from "./contract/bad-input.js";
import { same } from "./contract/values.js";

const RUNS = { numRuns: 200 };
const json = fc.jsonValue({ maxDepth: 6, noUnicodeString: false });

test("any JSON value comes back equal, and as long as JSON.stringify makes it", async () => {
  const store = await openMemory();
  const tight = async (bytes: number) => await openMemory({ limits: { dataBytes: bytes } });
  await fc.assert(
    fc.asyncProperty(json, async (data) => {
      const { version } = await store.append("Any-1", [{ type: "A", data }]);
      const [event] = await store.readStream("Any-1", { fromVersion: version });
      const text = JSON.stringify(data);
      assert.ok(same(event?.data, JSON.parse(text)), text);
      // Whole numbers past 2^53 are written with a fraction, so that other languages take them for doubles.
      const bytes = new TextEncoder().encode(
        text.replace(/(?<=^|[[,:])-?\d{16,}(?=[\],}]|$)/g, (n) => (Number.isSafeInteger(+n) ? n : `${n}.0`)),
      ).length;
      assert.equal((await (await tight(bytes)).append("Any-1", [{ type: "A", data }])).version, 1);
      assert.equal(
        codeOf(await thrownBy(async () => await (await tight(bytes - 1)).append("Any-1", [{ type: "A", data }]))),
        "limit_exceeded",
      );
    }),
    RUNS,
  );
});

test("a fault anywhere is found, at its path", async () => {
  const store = await openMemory();
  const faults = fc.constantFrom(Number.NaN, 1n, new Date(), new Map(), () => 1, Symbol("x"), "\ud800", [undefined]);
  const keys = fc.array(fc.oneof(fc.string({ unit: "grapheme" }), fc.nat({ max: 3 })), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(keys, faults, json, async (path, fault, beside) => {
      let data: unknown = fault;
      for (const step of path.toReversed()) {
        data =
          typeof step === "number"
            ? [...Array(step).fill(beside), data]
            : Object.fromEntries([
                ["a", beside],
                [step, data],
              ]);
      }
      const error = await thrownBy(() => store.append("Any-1", [{ type: "A", data }]));
      const expected = path.map((step) => (typeof step === "number" ? `[${step}]` : member(step))).join("");
      assert.equal((error as { path?: string }).path, `data${expected}${Array.isArray(fault) ? "[0]" : ""}`);
    }),
    RUNS,
  );
});

test("appends at random versions end as a model says", async () => {
  const expected = fc.oneof(fc.constantFrom("any", "no_stream", "stream_exists" as const), fc.nat({ max: 5 }));
  const append = fc.record({ stream: fc.nat({ max: 2 }), count: fc.nat({ max: 3 }), expected });
  await fc.assert(
    fc.asyncProperty(fc.array(append, { maxLength: 30 }), async (appends) => {
      const store = await openMemory();
      const model = new Map<string, number>();
      let all = 0;
      for (const { stream, count, expected } of appends) {
        const streamId = `Order-${stream}`;
        const actual = model.get(streamId) ?? 0;
        const accepted =
          expected === "any" ||
          (expected === "stream_exists" && actual > 0) ||
          (expected === "no_stream" ? 0 : expected) === actual;
        const events = Array.from({ length: count }, (_, n) => ({ type: "A", data: n }));
        const outcome = store.append(streamId, events, { expectedVersion: expected as number });
        if (accepted) {
          assert.equal((await outcome).version, actual + count);
          model.set(streamId, actual + count);
          all += count;
        } else {
          await assert.rejects(outcome, (error) => error instanceof ConflictError && error.actual === actual);
        }
      }
      for (const [streamId, version] of model) await checkDense(store, streamId, version);
      assert.equal((await store.readAll({ limit: null })).length, all);
    }),
    { numRuns: 100 },
  );
});

test("a declared step gives what its words say, whatever else is in the data", async () => {
  const events = registry()
    .type("A", { version: 2 })
    .upcast("A", 1, { rename: { from: "to", "in.old": "in.new" }, add: { added: 7 }, remove: ["gone"] });
  const store = await openMemory({ events });
  const member = fc.constantFrom("from", "to", "in", "added", "gone", "other", "__proto__");
  const value = fc.oneof(fc.nat(), fc.dictionary(fc.constantFrom("old", "new", "x"), fc.nat()));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(member, value)), async (members) => {
      const data = Object.fromEntries(members);
      if (typeof data["in"] === "number") delete data["in"];
      const { version } = await store.append("A-1", [{ type: "A", data, schemaVersion: 1 }]);
      const [event] = await store.readStream("A-1", { fromVersion: version });
      const { from, to, gone: _, in: inner, ...rest } = data as Record<string, never>;
      const wanted: Record<string, unknown> = { ...rest, added: rest["added"] ?? 7 };
      if (from !== undefined || to !== undefined) wanted["to"] = from ?? to;
      if (inner !== undefined) {
        const { old, new: fresh, ...others } = inner as Record<string, never>;
        wanted["in"] = old === undefined && fresh === undefined ? others : { ...others, new: old ?? fresh };
      }
      assert.ok(same(event?.data, wanted), `${JSON.stringify(data)} became ${JSON.stringify(event?.data)}`);
    }),
    RUNS,
  );
});

test("a load is the fold of all that was read, with snapshots and without", async () => {
  const sum = decider<number[], { sum: number; count: number }, Event<"Added", number>>({
    category: "Sum",
    initial: () => ({ sum: 0, count: 0 }),
    decide: (numbers) => numbers.map((data) => ({ type: "Added", data })),
    evolve: ({ sum, count }, { data }) => ({ sum: sum + data, count: count + 1 }),
  });
  const commands = fc.array(fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 5 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(commands, fc.integer({ min: 1, max: 6 }), async (commands, snapshotEvery) => {
      for (const store of [await openMemory(), await openMemory({ snapshotEvery })]) {
        for (const command of commands) await store.execute(sum, "1", command);
        const { state, version } = await store.load(sum, "1");
        const numbers = commands.flat();
        assert.deepEqual(state, { sum: numbers.reduce((a, b) => a + b, 0), count: numbers.length });
        assert.equal(version, numbers.length);
      }
    }),
    { numRuns: 60 },
  );
});

async function checkDense(store: Store, streamId: string, version: number): Promise<void> {
  const versions = (await store.readStream(streamId)).map((event) => event.version);
  assert.deepEqual(
    versions,
    Array.from({ length: version }, (_, index) => index + 1),
  );
}

function member(key: string): string {
  return /^[\p{Alphabetic}\p{N}_$]+$/u.test(key) ? `.${key}` : `["${key}"]`;
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}

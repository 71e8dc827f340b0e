/** What a store of one's own may hand out, and what may be appended: the wire form under the names of TypeScript. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidEventError, openMemory, openStore, StoreError } from "onefold";
import { PlainStore } from "./contract/index.js";
import { camelCase, type Json } from "./contract/values.js";
import { vectors } from "./vectors.js";

/** Hands out one stored event, as it was written. */
class OneEvent extends PlainStore {
  constructor(readonly written: Json) {
    super();
  }

  override readStream(): Json[] {
    return [this.written];
  }
}

for (const { name, kind, wire, also = [] } of vectors()["envelope/accepted"] ?? []) {
  for (const form of [wire, ...also]) {
    test(`accepted: ${name} (${JSON.stringify(form).length})`, async () => {
      const [read] = await (kind === "envelope"
        ? appended(form)
        : (await openStore(new OneEvent(typescript(form)))).readStream("Order-1"));
      const expected = typescript(wire);
      const { recordedAt, metadata, ...others } = expected;
      for (const [member, value] of Object.entries(others)) assert.deepEqual((read as Json)[member], value, member);
      assert.deepEqual(set(read?.metadata), set(metadata));
      if (recordedAt !== undefined) assert.equal(read?.recordedAt.getTime(), Date.parse(recordedAt));
    });
  }
}

for (const { name, kind, wire, error } of vectors()["envelope/refused"] ?? []) {
  // An event gets an id where it has none.
  const skip = kind === "envelope" && !("id" in wire);
  test(`refused: ${name}`, { skip }, async () => {
    const path = camelCase(error.path);
    if (kind === "envelope") {
      await assert.rejects(appended(wire), (thrown) => thrown instanceof InvalidEventError && thrown.path === path);
      return;
    }
    const store = await openStore(new OneEvent(typescript(wire)));
    // The fault is the store's, not the reader's; the message names the field.
    await assert.rejects(
      store.readStream("Order-1"),
      (thrown) => thrown instanceof StoreError && thrown.message.includes(path),
    );
  });
}

async function appended(wire: Json) {
  const store = await openMemory();
  await store.append("Order-1", [typescript(wire)]);
  return await store.readStream("Order-1");
}

function typescript(wire: Json): Json {
  const event = Object.fromEntries(Object.entries(wire).map(([name, value]) => [camelCase(name), value])) as Json;
  if (event.metadata) {
    event.metadata = Object.fromEntries(
      Object.entries(event.metadata).map(([name, value]) => [camelCase(name), value]),
    );
  }
  return event;
}

function set(metadata: Json): Json {
  const members = Object.entries(metadata ?? {}).filter(
    ([name, value]) => value !== null && !(name === "extra" && Object.keys(value as object).length === 0),
  );
  return Object.fromEntries(members);
}

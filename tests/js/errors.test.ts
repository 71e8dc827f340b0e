/** Every error: its name, code, parent and attributes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as onefold from "onefold";
import { camelCase, type Json } from "./contract/values.js";
import { vectors } from "./vectors.js";

const VECTORS = vectors()["errors"] ?? [];
const exported = onefold as unknown as Record<string, Json>;

for (const { name, code, parent, attributes } of VECTORS) {
  test(name, () => {
    const Class = exported[name];
    const given = Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [camelCase(key), value]),
    ) as Record<string, Json>;
    const error = new Class(given);
    assert.ok(error instanceof Error && error instanceof onefold.OnefoldError);
    assert.equal(error.code, code);
    assert.equal(error.name, name === "OnefoldError" ? "Error" : name);
    assert.notEqual(error.message, "");
    assert.deepEqual(Object.getPrototypeOf(Class), parent === null ? Error : exported[parent]);
    for (const [key, value] of Object.entries(given)) assert.deepEqual((error as Json)[key], value);
    const cause = new RangeError("why");
    assert.equal(new Class({ ...given, cause }).cause, cause);
    assert.equal(new Class({ ...given, message: "in other words" }).message, "in other words");
    assert.ok(onefold.isOnefoldError(error) && onefold.isOnefoldError(error, code));
    assert.ok(!onefold.isOnefoldError(error, "another"));
  });
}

test("there is no other", () => {
  const classes = Object.entries(exported).filter(([, value]) => value?.prototype instanceof onefold.OnefoldError);
  const names = VECTORS.map((vector) => vector.name).filter((name) => name !== "OnefoldError");
  assert.deepEqual(classes.map(([name]) => name).sort(), names.sort());
});

test("an error of another copy of the package is one", async () => {
  const other = Object.assign(new Error("copied"), { [Symbol.for("onefold.error")]: true, code: "conflict" });
  assert.ok(onefold.isOnefoldError(other, "conflict"));
  for (const thrown of [undefined, null, 7, "conflict", new Error("x"), { code: "conflict" }]) {
    assert.ok(!onefold.isOnefoldError(thrown), String(thrown));
  }
});

test("an error of an append names the caller in its stack", async () => {
  const store = await onefold.openMemory();
  const appending = async () => await store.append("Order-1", [], { expectedVersion: 7 });
  await assert.rejects(appending, (error: Error) => error.stack?.includes("appending") ?? false);
});

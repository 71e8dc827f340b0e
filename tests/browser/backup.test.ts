/** Backups: what was exported is imported as it was, and what is no backup changes nothing. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { inWindow } from "./harness/run.mjs";
import { type Site, startSite } from "./harness/site.mjs";

const PAGES = "/pages/stores.js";

let site: Site;
let page: Page;

before(async () => {
  site = await startSite();
  page = await site.openPage();
});
after(() => site.close());

test("what was exported is imported as it was", async () => {
  const epoch = await call("opened", "original", { durability: "relaxed" });
  await call("varied", "original", 2_500);
  const { text, progress } = (await call("backup", "original")) as { text: string; progress: Progress[] };
  assert.equal(text.trimEnd().split("\n").length, 2_502);
  assert.deepEqual(progress.at(-1), { events: 2_500, total: 2_500 });
  assert.ok(progress.length >= 4, "it goes page by page");

  assert.notEqual(await call("opened", "copy"), epoch);
  assert.deepEqual(await call("restored", "copy", text), { events: 2_500, head: 2_500 });
  assert.deepEqual(await call("everything", "copy"), await call("everything", "original"));
  const again = (await call("backup", "copy")) as { text: string };
  assert.deepEqual(again.text.split("\n").slice(1), text.split("\n").slice(1));
  // It knows the ids and goes on after the last event.
  assert.deepEqual(await call("appended", "copy", "Note-1", [["next"]]), [undefined]);
  const all = (await call("everything", "copy")) as { position: number }[];
  assert.equal(all.at(-1)?.position, 2_501);
  assert.equal(
    await call(
      "knows",
      "copy",
      text
        .split("\n")
        .slice(1, -2)
        .map((line) => JSON.parse(line).id),
    ),
    true,
  );
});

test("only an empty store takes a backup", async () => {
  const before = await call("everything", "copy");
  const { text } = (await call("backup", "copy")) as { text: string };
  const refused = (await call("restored", "copy", text)) as Refused;
  assert.equal(refused.code, "invalid_argument");
  assert.match(refused.message, /has events already/);
  assert.deepEqual(await call("everything", "copy"), before);
});

test("a bad backup writes nothing and says where it is bad", async () => {
  await call("opened", "small");
  await call("appended", "small", "Note-1", [["a"], ["b"], ["c"]]);
  const { text } = (await call("backup", "small")) as { text: string };
  const lines = text.trimEnd().split("\n");
  await call("opened", "empty");
  const second = JSON.parse(lines[2] ?? "");
  const changed = (change: object) => lines.with(2, JSON.stringify({ ...second, ...change })).join("\n");
  const bad: [string, string, RegExp][] = [
    ["nothing", "", /ends before its last line/],
    ["cut short", lines.slice(0, 4).join("\n"), /ends before its last line/],
    ["cut within a line", text.slice(0, -30), /not JSON/],
    ["an event is missing", lines.toSpliced(3, 1).join("\n"), /events are missing/],
    ["no first line", lines.slice(1).join("\n"), /first line/],
    ["two in one", text + text, /several backups/],
    ["more after the end", `${text}${lines[1]}`, /goes on after/],
    ["of a newer version", '{"format":"onefold-events","format_version":2}', /newer/],
    ["no object", lines.with(2, "null").join("\n"), /event 1 at `id`/],
    ["twice", lines.with(2, lines[1] ?? "").join("\n"), /event 1 at `position`/],
    ["an id twice", changed({ id: JSON.parse(lines[1] ?? "").id }), /event 1 at `id`/],
    ["an id that is none", changed({ id: "one" }), /event 1 at `id`/],
    ["a position in between", changed({ position: 2.5 }), /event 1 at `position`/],
    ["a version left out", changed({ version: 3 }), /event 1 at `version`/],
    ["no type", changed({ type: "" }), /event 1 at `type`/],
    ["a stream that is none", changed({ stream_id: "a\u0000b" }), /event 1 at `stream_id`/],
    ["a moment that is none", changed({ recorded_at: "yesterday" }), /event 1 at `recorded_at`/],
    ["a tenant that is none", changed({ metadata: { tenant: 1 } }), /event 1 at `metadata`/],
    ["no data", changed({ data: undefined }), /event 1 at `data`/],
  ];
  for (const [name, given, expected] of bad) {
    const refused = (await call("restored", "empty", given)) as Refused;
    assert.match(refused.message ?? `taken: ${JSON.stringify(refused)}`, expected, name);
    assert.ok(["invalid_event", "invalid_argument"].includes(refused.code), name);
  }
  assert.deepEqual(await call("everything", "empty"), []);
  assert.deepEqual(await call("restored", "empty", text), { events: 3, head: 3 });
});

test("moments keep their microseconds", async () => {
  for (const moment of ["2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00.250001Z", "1969-12-31T23:59:59.999999Z"]) {
    const name = `moment ${moment}`;
    await call("opened", name);
    const event = {
      id: "0190f3c4-7b1e-7c3a-8f00-000000000000",
      type: "T",
      schema_version: 1,
      data: null,
      metadata: {},
      stream_id: "S",
      version: 1,
      position: 1,
      recorded_at: moment,
    };
    const lines = [{ format: "onefold-events", format_version: 1 }, event, { format: "onefold-events", events: 1 }];
    await call("restored", name, lines.map((line) => JSON.stringify(line)).join("\n"));
    const { text } = (await call("backup", name)) as { text: string };
    assert.deepEqual(JSON.parse(text.split("\n")[1] ?? ""), event);
  }
});

interface Progress {
  readonly events: number;
  readonly total: number;
}

interface Refused {
  readonly code: string;
  readonly message: string;
}

function call(name: string, ...args: unknown[]): Promise<unknown> {
  return inWindow(page, PAGES, name, ...args);
}

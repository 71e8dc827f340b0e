/** Registries as data: the JSON that every language reads, checked member by member. */

import { compile, type Edit as EditData } from "../../../js/modules/edit.js";
import { isObject, NotJson, takeWhole } from "../../../js/modules/json.js";
import { invalid, isWhole, shown } from "../arguments.js";
import type { Builder } from "../wasm/module.js";

const EDITS = ["keep", "rename", "add", "remove"];

/** Adds a declared type to the builder. */
export function addType(builder: Builder, declared: unknown, place: string): void {
  const { type, version, aliases } = membersOf(declared, place, ["type", "version", "aliases"]);
  const name = text(type, `${place}.type`);
  builder.eventType(name, version === undefined ? 1 : count(version, `${place}.version`));
  const names = aliases === undefined ? [] : list(aliases, `${place}.aliases`, text);
  for (const alias of names) builder.alias(name, alias);
}

/** Adds a declared step to the builder. */
export function addUpcaster(builder: Builder, declared: unknown, place: string): void {
  const members = membersOf(declared, place, ["type", "from", "split", ...EDITS]);
  const type = text(members["type"], `${place}.type`);
  const from = count(members["from"], `${place}.from`);
  const { split } = members;
  const edit = editFrom(members, place);
  if ("invalid" in edit) builder.invalidStep(type, from, "rename", edit.invalid);
  else if (split === undefined || split === null) builder.edit(type, from, edit.step);
  else if (edit.does) builder.invalidStep(type, from, "split", "edits stand beside it; put them into its parts");
  else addSplit(builder, type, from, list(split, `${place}.split`, partFrom));
}

function addSplit(builder: Builder, type: string, from: number, parts: ReturnType<typeof partFrom>[]): void {
  const made = [];
  for (const { edit, ...part } of parts) {
    if ("invalid" in edit) {
      builder.invalidStep(type, from, "rename", edit.invalid);
      return;
    }
    made.push({ ...part, edit: edit.step });
  }
  builder.split(type, from, made);
}

/** A frozen copy of what a user declared, if it is JSON. */
export function declaration(declared: unknown): unknown {
  try {
    return takeWhole(declared).value;
  } catch (fault) {
    if (!(fault instanceof NotJson)) throw fault;
    throw invalid("registry", `at \`${fault.path.replace(/^\./, "")}\`: ${fault.reason}`);
  }
}

function partFrom(declared: unknown, place: string) {
  const members = membersOf(declared, place, ["type", "version", ...EDITS]);
  const { type, version } = members;
  return {
    type: text(type, `${place}.type`),
    version: version === undefined || version === null ? undefined : count(version, `${place}.version`),
    edit: editFrom(members, place),
  };
}

/** The function that the edits of a step are, and whether they do anything. */
function editFrom({ keep, rename = {}, add = {}, remove = [] }: Members, place: string) {
  const data: EditData = {
    keep: keep === undefined || keep === null ? null : list(keep, `${place}.keep`, text).map(path),
    rename: [],
    add: Object.entries(object(add, `${place}.add`)).map(([to, value]) => [path(to), value]),
    remove: list(remove, `${place}.remove`, text).map(path),
  };
  for (const [from, to] of Object.entries(object(rename, `${place}.rename`))) {
    if (typeof to !== "string") return { invalid: `\`${from}\` leads to ${JSON.stringify(to)}; give a field's name` };
    data.rename.push([path(from), path(to)]);
  }
  const does = data.keep !== null || data.rename.length + data.add.length + data.remove.length > 0;
  return { step: compile(data), does };
}

type Members = Record<string, unknown>;

function membersOf(value: unknown, place: string, known: readonly string[]): Members {
  const members = object(value, place);
  for (const name of Object.keys(members)) {
    if (!known.includes(name)) {
      throw refused(place, `unknown field \`${name}\`, expected one of ${known.map((one) => `\`${one}\``).join(", ")}`);
    }
  }
  return members;
}

function object(value: unknown, place: string): Members {
  if (!isObject(value)) throw refused(place, `${shown(value)} is no object`);
  return value;
}

function list<T>(value: unknown, place: string, item: (value: unknown, place: string) => T): T[] {
  if (!Array.isArray(value)) throw refused(place, `${shown(value)} is no array`);
  return value.map((one, index) => item(one, `${place}[${index}]`));
}

function text(value: unknown, place: string): string {
  if (value === undefined) throw refused(place, "it is missing");
  if (typeof value !== "string" || !isWhole(value)) throw refused(place, `${shown(value)} is no string`);
  return value;
}

function count(value: unknown, place: string): number {
  if (value === undefined) throw refused(place, "it is missing");
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) >= 2 ** 32) {
    throw refused(place, `${shown(value)} is no whole number from 1`);
  }
  return value as number;
}

/** With dots a field inside others. */
function path(dotted: string): string[] {
  return dotted.split(".");
}

function refused(place: string, reason: string) {
  return invalid("registry", `at \`${place}\`: ${reason}`);
}

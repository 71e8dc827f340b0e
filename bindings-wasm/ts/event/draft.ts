/** Events on their way in: checked, copied and measured. */

import { NotJson, type Taken, take } from "../../../js/modules/json.js";
import { invalid, isWhole, shown } from "../arguments.js";
import { InvalidEventError } from "../errors/errors.js";

/** An event as the core takes it. */
export interface Draft {
  readonly id: string | undefined;
  readonly type: string;
  readonly schemaVersion: number | undefined;
  readonly data: Taken;
  readonly metadata: DraftMetadata | undefined;
}

/** Metadata as the core takes it. */
export interface DraftMetadata {
  readonly correlationId: string | undefined;
  readonly causationId: string | undefined;
  readonly tenant: string | undefined;
  readonly extra: Taken | undefined;
}

const REFERENCES = ["correlationId", "causationId", "tenant"] as const;

/** The drafts of events that a user gave. */
export function draftsFrom(events: unknown): Draft[] {
  if (typeof events !== "object" || events === null || !(Symbol.iterator in events)) {
    throw invalid("events", `${shown(events)} is no array of events`);
  }
  // A loop over an array is several times quicker than Array.from.
  const drafts: Draft[] = [];
  for (const event of events as Iterable<unknown>) drafts.push(draftFrom(event, drafts.length));
  return drafts;
}

/** The draft of an event; `index` says which one of the append it is. */
export function draftFrom(event: unknown, index: number): Draft {
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    throw new InvalidEventError({ index, path: "event", reason: `${shown(event)} is no event; give { type, data }` });
  }
  const { id, type, schemaVersion, data, metadata } = event as Record<string, unknown>;
  return {
    id: optionalText(index, "id", id),
    type: text(index, "type", type),
    schemaVersion: schemaVersionFrom(index, schemaVersion),
    data: taken(index, "data", data),
    metadata: metadata === undefined || metadata === null ? undefined : metadataFrom(metadata, index),
  };
}

/** The draft of metadata. */
export function metadataFrom(metadata: unknown, index = 0): DraftMetadata {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) {
    throw new InvalidEventError({ index, path: "metadata", reason: `${shown(metadata)} is no object` });
  }
  const given = metadata as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    if (name !== "extra" && !(REFERENCES as readonly string[]).includes(name)) {
      throw new InvalidEventError({ index, path: `metadata.${name}`, reason: "there is no such field; use extra" });
    }
  }
  const [correlationId, causationId, tenant] = REFERENCES.map((name) =>
    optionalText(index, `metadata.${name}`, given[name]),
  );
  const { extra } = given;
  const takenExtra = extra === undefined || extra === null ? undefined : taken(index, "metadata.extra", extra);
  return { correlationId, causationId, tenant, extra: takenExtra };
}

function text(index: number, path: string, value: unknown): string {
  if (typeof value !== "string") {
    throw new InvalidEventError({ index, path, reason: `${shown(value)} is no string` });
  }
  if (!isWhole(value)) {
    throw new InvalidEventError({ index, path, reason: "it has half a surrogate pair; give whole characters" });
  }
  return value;
}

function optionalText(index: number, path: string, value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : text(index, path, value);
}

function schemaVersionFrom(index: number, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) >= 2 ** 32) {
    throw new InvalidEventError({ index, path: "schemaVersion", reason: `${shown(value)} is no whole number from 1` });
  }
  return value as number;
}

function taken(index: number, field: string, value: unknown): Taken {
  try {
    return take(value);
  } catch (fault) {
    if (!(fault instanceof NotJson)) throw fault;
    throw new InvalidEventError({ index, path: `${field}${fault.path}`, reason: fault.reason });
  }
}

/**
 * Upcasting a page. What becomes of a type and schema version is asked once; then the steps run here.
 * @module
 */

import { record } from "./records.js";

/** @typedef {import("./records.js").StoredRecord} StoredRecord */

/**
 * What becomes of the events of one type and schema version.
 *  - `keep`: they are handed on as they are
 *  - `drop`: they are left out
 *  - `chain`: they take the steps and are then of this type and version
 *  - `each`: it depends on the event
 * @typedef {{ kind: "keep" } | { kind: "drop" } | { kind: "each" } | Chain} Plan
 */

/**
 * @typedef {object} Chain
 * @property {"chain"} kind
 * @property {string} type
 * @property {number} schemaVersion
 * @property {((data: any) => unknown)[]} steps
 * @property {boolean} isTried whether an event went through it: the registry looks at all that the steps gave to the
 *   first one, which would cost too much for each
 */

/**
 * The plans that were asked for: by type, then by schema version.
 * @typedef {Map<string, Map<number, Plan>>} Plans
 */

/** @type {Plan} */
const KEEP = { kind: "keep" };
/** @type {Plan} */
const DROP = { kind: "drop" };
/** @type {Plan} */
const EACH = { kind: "each" };

/** @returns {Plan} */
export const keep = () => KEEP;
/** @returns {Plan} */
export const drop = () => DROP;
/** @returns {Plan} */
export const each = () => EACH;

/**
 * @param {string} type
 * @param {number} schemaVersion
 * @param {((data: any) => unknown)[]} steps
 * @returns {Plan}
 */
export function chain(type, schemaVersion, steps) {
  return { kind: "chain", type, schemaVersion, steps, isTried: false };
}

/** @returns {Plans} */
export function noPlans() {
  return new Map();
}

/** What is seen of a page of stored events, and how many of these yielded something. */
export class Seen {
  /**
   * @param {StoredRecord[]} records
   * @param {number} counted
   */
  constructor(records, counted) {
    this.records = records;
    this.counted = counted;
  }
}

/**
 * What is seen of stored events, up to the limit: events that yield nothing do not count.
 * @param {StoredRecord[]} records
 * @param {number} limit how many may count; infinite where there is no limit
 * @param {Plans} plans
 * @param {(type: string, schemaVersion: number) => Plan} planOf asks for a plan
 * @param {(record: StoredRecord) => StoredRecord[] | undefined} upcastOne what is seen of one event; nothing when it failed
 * @returns {Seen | undefined} nothing when one failed
 */
export function upcast(records, limit, plans, planOf, upcastOne) {
  /** @type {StoredRecord[]} */
  const seen = [];
  const counted = addSeen(seen, records, limit, plans, planOf, upcastOne);
  return counted === undefined ? undefined : new Seen(seen, counted);
}

/**
 * Adds what is seen to others, and says how many stored events yielded something. It is a loop and no more: V8 compiles
 * a function while its first long loop runs, and code that leaves it by anything not seen yet is thrown away each time.
 * @param {StoredRecord[]} seen
 * @param {StoredRecord[]} records
 * @param {number} limit
 * @param {Plans} plans
 * @param {(type: string, schemaVersion: number) => Plan} planOf
 * @param {(record: StoredRecord) => StoredRecord[] | undefined} upcastOne
 * @returns {number | undefined}
 */
function addSeen(seen, records, limit, plans, planOf, upcastOne) {
  let counted = 0;
  // Most events are like the one before.
  let type = "";
  let schemaVersion = -1;
  /** @type {Plan} */
  let plan = EACH;
  for (const stored of records) {
    if (counted >= limit) break;
    if (stored.schemaVersion !== schemaVersion || stored.type !== type) {
      ({ type, schemaVersion } = stored);
      plan = known(plans, type, schemaVersion, planOf);
    }
    if (plan.kind === "drop") continue;
    const brought = plan.kind === "keep" ? stored : plan.kind === "chain" ? along(plan, stored) : undefined;
    if (brought !== undefined) {
      seen.push(brought);
      counted += 1;
      continue;
    }
    const products = upcastOne(stored);
    if (products === undefined) return undefined;
    if (plan.kind === "chain") plan.isTried = true;
    for (const product of products) seen.push(product);
    if (products.length > 0) counted += 1;
  }
  return counted;
}

/**
 * @param {Plans} plans
 * @param {string} type
 * @param {number} schemaVersion
 * @param {(type: string, schemaVersion: number) => Plan} planOf
 * @returns {Plan}
 */
function known(plans, type, schemaVersion, planOf) {
  const versions = plans.get(type) ?? new Map();
  const plan = versions.get(schemaVersion) ?? planOf(type, schemaVersion);
  plans.set(type, versions.set(schemaVersion, plan));
  return plan;
}

/**
 * The event at the end of its chain; nothing for the first one, and where a step splits or fails: the registry judges.
 * @param {Chain} chain
 * @param {StoredRecord} stored
 * @returns {StoredRecord | undefined}
 */
function along(chain, stored) {
  if (!chain.isTried) return undefined;
  let data = stored.data;
  try {
    for (const step of chain.steps) {
      data = step(data);
      if (!isPlainObject(data)) return undefined;
    }
  } catch {
    return undefined;
  }
  return record(
    stored.id,
    chain.type,
    chain.schemaVersion,
    0,
    data,
    stored.metadata,
    stored.streamId,
    stored.version,
    stored.position,
    stored.recordedAt,
  );
}

/** @param {unknown} value */
function isPlainObject(value) {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

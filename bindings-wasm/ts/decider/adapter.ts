import { NotJson, type Taken, takeWhole } from "../../../js/modules/json.js";
import type { StoredRecord } from "../../../js/modules/records.js";
import { invalid, isThenable, shown, textFrom } from "../arguments.js";
import type { Event } from "../event/event.js";
import { give } from "../event/give.js";
import { Decider as CoreDecider } from "../wasm/module.js";
import { decidedEvents } from "./decided.js";
import type { Decider } from "./decider.js";
import { InitialStates } from "./state.js";

const adapters = new WeakMap<object, Adapter>();

/** A decider as the core runs it. */
export function adapterOf<C, S, E extends Event>(decider: Decider<C, S, E>): Adapter {
  if (typeof decider !== "object" || decider === null) {
    throw invalid("decider", `${shown(decider)} is no decider; make one with decider({ … })`);
  }
  let adapter = adapters.get(decider);
  if (adapter === undefined) {
    adapter = new Adapter(decider as Decider<unknown, unknown, Event>);
    adapters.set(decider, adapter);
  }
  return adapter;
}

/** Runs a decider's functions and checks what they give. */
export class Adapter {
  /** What the core knows of it for good. */
  readonly core: CoreDecider;
  readonly #decider: Decider<unknown, unknown, Event>;
  readonly #initialStates = new InitialStates();

  constructor(decider: Decider<unknown, unknown, Event>) {
    for (const method of ["initial", "decide", "evolve"] as const) {
      if (typeof decider[method] !== "function") {
        throw invalid("decider", `it has no \`${method}\`; a decider has initial, decide and evolve`);
      }
    }
    this.#decider = decider;
    const category = textFrom("decider.category", decider.category);
    const name = textFrom("decider.name", decider.name || category);
    // Tells deciders apart by what they do: two of one name in one store would read each other's snapshots.
    const identity = hash([decider.initial, decider.decide, decider.evolve].map(String).join("\n"));
    const canEnd = decider.isTerminal !== undefined && decider.isTerminal !== null;
    this.core = new CoreDecider(category, name, stateVersionFrom(decider.stateVersion ?? 1), identity, canEnd);
  }

  initial(): unknown {
    return this.#initialStates.own(this.#decider.initial());
  }

  fold(state: unknown, records: readonly StoredRecord[]): unknown {
    const decider = this.#decider;
    let folded = state;
    for (const record of records) folded = decider.evolve(folded, record as Event);
    if (isThenable(folded)) throw invalid("evolve", "evolve is asynchronous; make it a plain function");
    return folded;
  }

  /** Gives what is decided to the core. */
  decide(command: unknown, state: unknown): void {
    give(decidedEvents(this.#decider.decide(command, state)));
  }

  isTerminal(state: unknown): boolean {
    return Boolean(this.#decider.isTerminal?.(state));
  }

  encodeState(state: unknown): Taken {
    const decider = this.#decider;
    try {
      return takeWhole(decider.encodeState ? decider.encodeState(state) : state);
    } catch (fault) {
      if (!(fault instanceof NotJson)) throw fault;
      const reason = `state${fault.path}: ${fault.reason}; give the decider encodeState and decodeState`;
      throw new TypeError(reason);
    }
  }

  decodeState(json: unknown): unknown {
    const decider = this.#decider;
    return decider.decodeState ? decider.decodeState(json) : json;
  }
}

function stateVersionFrom(value: unknown): number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) >= 2 ** 32) {
    throw invalid("decider.stateVersion", `${shown(value)} is no whole number from 0 to 4294967295`);
  }
  return value as number;
}

/** A number that few texts share (cyrb53, by bryc, in the public domain). */
function hash(text: string): number {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 2654435761);
    two = Math.imul(two ^ unit, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return 4294967296 * (2097151 & two) + (one >>> 0);
}

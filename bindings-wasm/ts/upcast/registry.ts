import { invalid, shown, textFrom } from "../arguments.js";
import { Builder, type Registry as CoreRegistry } from "../wasm/module.js";
import { addType, addUpcaster, declaration } from "./spec.js";

/** What becomes of an event whose type, or schema version, the registry does not know. */
export type Unknown = "error" | "skip" | "pass";

/** A declared step. Its parts are applied in the order of the fields here; dotted paths reach inside. */
export interface Edit {
  /** Only these fields stay; absent, all do. */
  readonly keep?: readonly string[];
  /** Fields that move, from old to new; what stood at the new place is replaced. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Fields that get a value where they have none. */
  readonly add?: Readonly<Record<string, unknown>>;
  /** Fields that go. */
  readonly remove?: readonly string[];
}

/** A declared split: these events stand in the place of the one; `[]` drops it. */
export interface Split {
  readonly split: readonly (Edit & { readonly type: string; readonly version?: number })[];
}

/**
 * A custom step: the new data, or an array, which is always a split; `[]` drops the event. It is pure: it must not
 * change what it gets, and may be called again.
 */
// biome-ignore lint/suspicious/noExplicitAny: old data has the shapes of old times
export type Step = (data: any) => unknown;

/** A registry as data: the JSON that every language reads. */
export interface RegistrySpec {
  readonly unknown?: Unknown;
  readonly types?: readonly {
    readonly type: string;
    readonly version?: number;
    readonly aliases?: readonly string[];
  }[];
  readonly upcasters?: readonly ({ readonly type: string; readonly from: number } & (Edit | Split))[];
}

const UNKNOWN: readonly unknown[] = ["error", "skip", "pass"] satisfies Unknown[];

/** The event types of an application, their schema versions, former names and upcasting steps. */
export class Registry {
  readonly #unknown: Unknown;
  readonly #types: unknown[] = [];
  readonly #upcasters: unknown[] = [];
  readonly #custom: { type: string; from: number; step: Step }[] = [];
  #core: CoreRegistry | undefined;

  /** @internal */
  constructor(spec: RegistrySpec) {
    if (typeof spec !== "object" || spec === null || Array.isArray(spec)) {
      throw invalid("registry", `${shown(spec)} is no object; give unknown, types and upcasters`);
    }
    const { unknown = "error", types = [], upcasters = [], ...others } = spec;
    for (const name of Object.keys(others)) {
      throw invalid("registry", `there is no \`${name}\`; there are unknown, types and upcasters`);
    }
    if (!Array.isArray(types) || !Array.isArray(upcasters)) {
      throw invalid("registry", `${Array.isArray(types) ? "`upcasters`" : "`types`"} is no array`);
    }
    if (!UNKNOWN.includes(unknown))
      throw invalid("registry", `at \`unknown\`: ${shown(unknown)} is none of ${UNKNOWN}`);
    this.#unknown = unknown;
    this.#types.push(...(declaration(types) as unknown[]));
    this.#upcasters.push(...(declaration(upcasters) as unknown[]));
  }

  /** Declares a type, its current schema version (from 1, which it is unless given) and its former names. */
  type(name: string, { version = 1, aliases = [] }: { version?: number; aliases?: readonly string[] } = {}): this {
    this.#checkOpen();
    if (!Array.isArray(aliases)) throw invalid("aliases", `${shown(aliases)} is no array of strings`);
    this.#types.push({
      type: textFrom("type", name),
      version: versionFrom("version", version),
      aliases: aliases.map((alias) => textFrom("aliases", alias)),
    });
    return this;
  }

  /** Declares the step of a type from a schema version to the next: as data, or as a function of the data. */
  upcast(type: string, from: number, step: Edit | Split | Step): this {
    this.#checkOpen();
    const name = textFrom("type", type);
    const version = versionFrom("from", from);
    if (typeof step === "function") {
      this.#custom.push({ type: name, from: version, step });
    } else if (typeof step === "object" && step !== null) {
      this.#upcasters.push(declaration({ ...step, type: name, from: version }));
    } else {
      throw invalid("step", `${shown(step)} is neither a declared step nor a function`);
    }
    return this;
  }

  /**
   * Builds and freezes it: the core checks everything, and `RegistryError` lists all faults. Opening a store does so.
   * @internal
   */
  core(): CoreRegistry {
    if (this.#core !== undefined) return this.#core;
    const builder = new Builder(this.#unknown);
    for (const [index, type] of this.#types.entries()) addType(builder, type, `types[${index}]`);
    for (const [index, step] of this.#upcasters.entries()) addUpcaster(builder, step, `upcasters[${index}]`);
    for (const { type, from, step } of this.#custom) builder.custom(type, from, step);
    this.#core = builder.build();
    return this.#core;
  }

  #checkOpen(): void {
    if (this.#core !== undefined) {
      throw invalid("registry", "it is built and frozen; declare everything before opening a store");
    }
  }
}

/**
 * A new registry, or one of its JSON form.
 *
 * ```ts
 * import { openMemory, registry } from "onefold";
 *
 * const events = registry()
 *   .type("OrderPlaced", { version: 3, aliases: ["OrderCreated"] })
 *   .upcast("OrderPlaced", 1, { rename: { customer: "customerId" } })
 *   .upcast("OrderPlaced", 2, (data) => ({ ...data, currency: "EUR" }));
 *
 * const store = await openMemory({ events });
 * await store.append("Order-1", [{ type: "OrderPlaced", schemaVersion: 1, data: { customer: "c-1" } }]);
 * const [placed] = await store.readStream("Order-1");
 * console.assert(placed?.data.customerId === "c-1" && placed.data.currency === "EUR");
 * ```
 */
export function registry(spec: RegistrySpec = {}): Registry {
  return new Registry(spec);
}

function versionFrom(argument: string, value: unknown): number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) >= 2 ** 32) {
    throw invalid(argument, `${shown(value)} is no whole number from 1`);
  }
  return value as number;
}

import { form, type Json } from "./values.js";

/** The names that a scenario gives to positions, cursors and times. */
export class Symbols {
  readonly #bound = new Map<string, Json>();
  #lastAppended = 0;

  /** Compares a position with what a scenario says of it; binds a name that is new. */
  position(expected: number | string, actual: number, byAppend: boolean): void {
    const known = typeof expected === "number" ? expected : this.#bound.get(expected);
    if (known !== undefined) {
      check(actual === known, `position ${actual} is not ${expected}`);
      return;
    }
    check(actual > 0, `${expected} is ${actual}`);
    if (byAppend) {
      check(actual > this.#lastAppended, `${expected} does not follow what was appended before`);
      this.#lastAppended = actual;
    }
    this.#bound.set(String(expected), actual);
  }

  /** Compares a cursor or time with what a scenario says of it; binds a name that is new. */
  named(expected: Json, actual: Json): void {
    if (isName(expected, "ct") && !this.#bound.has(expected)) this.#bound.set(expected, actual);
    const bound = isName(expected, "ct") ? this.#bound.get(expected) : expected;
    check(String(bound) === String(actual), `${actual}, expected ${bound}`);
  }

  /** What a position, a cursor or a time in an argument stands for. */
  value(named: Json, epoch: string): Json {
    const [name, argument] = form(named);
    if (name === "$plus") return this.value(argument[0], epoch) + argument[1];
    if (name === "$text") {
      return argument.replace(/\{(\w+)\}/g, (_: string, key: string) =>
        key === "epoch" ? epoch : this.#bound.get(key),
      );
    }
    return isName(named, "pct") ? this.#bound.get(named) : named;
  }

  /** The moment that an argument names or spells. */
  time(named: Json): Json {
    if (isName(named, "t")) return this.#bound.get(named);
    return typeof named === "string" ? new Date(named) : named;
  }
}

/** Fails a scenario. */
export function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

function isName(text: Json, letters: string): boolean {
  return typeof text === "string" && new RegExp(`^[${letters}][0-9]+$`).test(text);
}

import { invalid, isThenable, shown } from "../arguments.js";

/** What `decide` returned as events: several, one, or none. */
export function decidedEvents(decided: unknown): unknown[] {
  if (decided === undefined || decided === null) return [];
  if (Array.isArray(decided)) return decided;
  if (typeof decided === "object") {
    if (isThenable(decided) || Symbol.asyncIterator in decided) {
      // A promise that nobody awaits must not end the program when it is rejected.
      if (isThenable(decided)) decided.then(undefined, () => {});
      throw invalid("decide", "decide is asynchronous; make it a plain function that returns events");
    }
    if (Symbol.iterator in decided) return [...(decided as Iterable<unknown>)];
    if ("type" in decided) return [decided];
  }
  throw invalid("decide", `decide returned ${shown(decided)}; return events, one event, or nothing`);
}

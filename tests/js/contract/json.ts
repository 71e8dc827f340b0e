import { compareError } from "./compare.js";
import { type Case, type Harness, onFresh } from "./harness.js";
import { check } from "./symbols.js";
import { type Json, same, writtenOut } from "./values.js";

/** The cases of data that are accepted, over a kind of store. */
export function acceptedCases(vectors: Json[], harness: Harness): Case[] {
  return vectors.map(({ name, text }) => ({
    name: `json/accepted: ${name}`,
    skip: undefined,
    run: () =>
      onFresh(harness, async (place) => {
        const data = JSON.parse(text);
        await using store = await place.open();
        await store.append("Json-1", [{ type: "A", data }]);
        const [event] = await store.readStream("Json-1");
        check(same(event?.data, data), `it came back as ${JSON.stringify(event?.data)}`);
      }),
  }));
}

/** The cases of data that are refused. */
export function refusedCases(vectors: Json[], harness: Harness): Case[] {
  return vectors.map(({ name, text, error, needs = [] }) => ({
    name: `json/refused: ${name}`,
    skip: needs.length > 0 ? `needs ${needs.join(", ")}` : undefined,
    run: () =>
      onFresh(harness, async (place) => {
        const data = typeof text === "string" ? JSON.parse(text) : writtenOut(text);
        await using store = await place.open();
        const refused = await store.append("Json-1", [{ type: "A", data }]).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        compareError(error, refused);
        check((await store.head()) === 0, "it was written");
      }),
  }));
}

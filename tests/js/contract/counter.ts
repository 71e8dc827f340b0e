import { ConflictError, type Decider, decider, type Event } from "onefold";
import type { Json } from "./values.js";

/** The rejection. */
export class NotPositive extends Error {}

interface State {
  total: number;
  closed: boolean;
}

/** The standard decider of the vectors, as their README defines it. */
export function counter(
  { state_version: stateVersion = 1, weight = 1 }: { state_version?: number; weight?: number } = {},
  decided: (command: Json) => void = () => {},
): Decider<Json, State, Event> {
  return decider<Json, State, Event>({
    category: "Counter",
    name: "Counter",
    stateVersion,
    initial: () => ({ total: 0, closed: false }),
    decide(command) {
      decided(command);
      switch (command.type) {
        case "Add":
          if (command.by <= 0) throw new NotPositive(String(command.by));
          return [{ type: "Added", data: { by: command.by } }];
        case "AddAll":
          return command.by.map((by: number) => ({ type: "Added", data: { by } }));
        case "Close":
          return [{ type: "Closed", data: {} }];
        case "Raise":
          throw new ConflictError({ streamId: "Other-1", expected: 0, actual: command.actual });
        default:
          throw new TypeError(`no command ${command.type}`);
      }
    },
    evolve(state, event) {
      if (event.type === "Added") return { ...state, total: state.total + event.data.by * weight };
      return event.type === "Closed" ? { ...state, closed: true } : state;
    },
    isTerminal: (state) => state.closed,
  });
}

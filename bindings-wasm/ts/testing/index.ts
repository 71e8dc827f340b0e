/** Given some events, when a command comes, then: tests of a decider as sentences. */

export { type Given, given, type Then } from "./given.js";

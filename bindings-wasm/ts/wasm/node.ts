/** What the module has for Node alone: browsers load one without it. */

export { setSqliteLibrary } from "../../pkg/node/onefold.js";

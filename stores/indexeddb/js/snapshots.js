import { committed, settled } from "./requests.js";

/** @typedef {import("./database.js").Database} Database */
/** @typedef {{ stateVersion: number, version: number, state: unknown }} Snapshot */

/**
 * The snapshot of a stream under a decider's name.
 * @param {Database} database
 * @param {string} stream
 * @param {string} name
 * @returns {Promise<Snapshot | undefined>}
 */
export function loadSnapshot(database, stream, name) {
  return database.read("snapshots", (snapshots) => settled(snapshots.get([stream, name])));
}

/**
 * Keeps a snapshot, unless there is a newer one. It does not wait for the disk: to lose one costs speed only.
 * @param {Database} database
 * @param {string} stream
 * @param {string} name
 * @param {number} stateVersion
 * @param {number} version
 * @param {unknown} state
 */
export async function saveSnapshot(database, stream, name, stateVersion, version, state) {
  const transaction = await database.begin("snapshots", "relaxed");
  const snapshots = transaction.objectStore("snapshots");
  /** @type {Snapshot | undefined} */
  const kept = await settled(snapshots.get([stream, name]));
  const isNewer =
    kept === undefined ||
    stateVersion > kept.stateVersion ||
    (stateVersion === kept.stateVersion && version > kept.version);
  if (isNewer) snapshots.put({ stateVersion, version, state }, [stream, name]);
  await committed(transaction, 1);
}

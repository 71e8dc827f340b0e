/** A snapshot as IndexedDB keeps it; its stream and the name of its decider are its key. */
export class KeptSnapshot {
  constructor(stateVersion, version, state) {
    this.stateVersion = stateVersion;
    this.version = version;
    this.state = state;
  }
}

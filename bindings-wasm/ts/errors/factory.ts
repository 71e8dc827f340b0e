import {
  ClosedError,
  ConflictError,
  CursorError,
  DuplicateEventError,
  InvalidArgumentError,
  InvalidEventError,
  LimitExceededError,
  MigrationError,
  OnefoldError,
  RegistryError,
  StoreError,
  StoreUnavailableError,
  TerminatedError,
  UnknownEventError,
  UpcastError,
} from "./errors.js";

/** The class of each code. The core gives the attributes of its errors under the names that the classes take. */
const CLASSES: Record<string, new (details: never) => OnefoldError> = {
  conflict: ConflictError,
  duplicate_event: DuplicateEventError,
  invalid_event: InvalidEventError,
  invalid_argument: InvalidArgumentError,
  limit_exceeded: LimitExceededError,
  upcast: UpcastError,
  unknown_event: UnknownEventError,
  registry: RegistryError,
  cursor: CursorError,
  terminated: TerminatedError,
  closed: ClosedError,
  store: StoreError,
  store_unavailable: StoreUnavailableError,
  migration: MigrationError,
};

/** How many calls lie between the user's code and this: a stack without the former says nothing. */
const OWN_CALLS = 15;

/** Makes the error that the core means. */
export function makeError(code: string, details: object): OnefoldError {
  const Class = CLASSES[code] ?? OnefoldError;
  const { stackTraceLimit } = Error;
  if (stackTraceLimit > 0) Error.stackTraceLimit = stackTraceLimit + OWN_CALLS;
  const error = new Class(details as never);
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}

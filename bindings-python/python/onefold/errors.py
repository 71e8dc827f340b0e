"""What can go wrong: every exception of onefold, with a stable ``code`` and typed attributes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onefold.expected import ExpectedVersion


class OnefoldError(Exception):
    """The base of every exception of onefold. ``code`` is stable and the same in every language.

    >>> from onefold import CursorError, OnefoldError
    >>> issubclass(CursorError, OnefoldError), CursorError.code
    (True, 'cursor')
    """

    code: ClassVar[str] = "onefold"

    def __init__(self, message: str = "onefold failed") -> None:
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, dict(self.__dict__))


class ConflictError(OnefoldError):
    """The stream is at another version than the append expected; nothing was written.

    ``expected`` is what the caller gave, ``actual`` the version of the stream.
    """

    code = "conflict"

    def __init__(self, stream_id: str, expected: ExpectedVersion | int, actual: int) -> None:
        wanted = f"version {expected}" if isinstance(expected, int) else f"{expected!r}"
        super().__init__(
            f"stream `{stream_id}` is at version {actual}, expected {wanted}; load it again, decide again and retry"
        )
        self.stream_id = stream_id
        self.expected = expected
        self.actual = actual


class DuplicateEventError(OnefoldError):
    """Event ids that the store knows already, in a way that is no plain retry; nothing was written."""

    code = "duplicate_event"

    def __init__(self, ids: Sequence[str], message: str | None = None) -> None:
        super().__init__(
            message or f"event ids {_listed(ids)}: already in the store; a retry must repeat the whole append as it was"
        )
        self.ids = list(ids)


class InvalidEventError(OnefoldError):
    """An event that cannot be stored as it is; nothing was written. ``path`` leads to the fault in it."""

    code = "invalid_event"

    def __init__(self, path: str, reason: str = "it cannot be stored", message: str | None = None) -> None:
        super().__init__(message or f"invalid event at `{path}`: {reason}")
        self.path = path


class InvalidArgumentError(OnefoldError, ValueError):
    """An argument of a wrong type or out of its range; nothing was done."""

    code = "invalid_argument"

    def __init__(self, argument: str, reason: str = "it is out of its range") -> None:
        super().__init__(f"invalid `{argument}`: {reason}")
        self.argument = argument


class LimitExceededError(OnefoldError):
    """More than the store's ``Limits`` allow; nothing was written."""

    code = "limit_exceeded"

    def __init__(self, field: str, limit: int, message: str | None = None) -> None:
        super().__init__(
            message or f"`{field}` is past the limit of {limit}; send less or raise the limit when the store is opened"
        )
        self.field = field
        self.limit = limit


class UpcastError(OnefoldError):
    """A stored event that cannot be brought to its current schema version, or does not fit its class."""

    code = "upcast"

    def __init__(self, type: str, schema_version: int, reason: str = "a step failed") -> None:
        super().__init__(f"cannot upcast `{type}` from schema version {schema_version}: {reason}")
        self.type = type
        self.schema_version = schema_version


class UnknownEventError(OnefoldError):
    """A type that the registry does not know."""

    code = "unknown_event"

    def __init__(self, type: str) -> None:
        super().__init__(
            f"the registry does not know `{type}`; declare it, or use EventRegistry(unknown='skip') or 'pass'"
        )
        self.type = type


@dataclass(frozen=True)
class RegistryFault:
    """One thing wrong with a registry: its ``kind`` (``gap``, ``alias_clash`` …) and what it concerns."""

    kind: str
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, text: str, message: str) -> RegistryFault:
        """Read the fault as the core writes it."""
        details = json.loads(text)
        return cls(details.pop("kind"), message, details)


class RegistryError(OnefoldError):
    """All that is wrong with a registry, as ``faults``."""

    code = "registry"

    def __init__(self, faults: Sequence[RegistryFault]) -> None:
        super().__init__(f"the registry has {len(faults)} fault(s): " + "; ".join(fault.message for fault in faults))
        self.faults = list(faults)


class CursorError(OnefoldError):
    """A cursor that is malformed, of another store, or ahead of this one."""

    code = "cursor"

    def __init__(self, cursor: str, message: str | None = None) -> None:
        super().__init__(
            message or f"cursor `{cursor}` is not of this store; start again from 0 or from a cursor of it"
        )
        self.cursor = cursor


class TerminatedError(OnefoldError):
    """A command for a stream whose decider says that it has ended."""

    code = "terminated"

    def __init__(self, stream_id: str, version: int) -> None:
        super().__init__(f"stream `{stream_id}` has ended at version {version}; it takes no more commands")
        self.stream_id = stream_id
        self.version = version


class ClosedError(OnefoldError):
    """The store was closed."""

    code = "closed"

    def __init__(self, message: str = "the store is closed; open it again") -> None:
        super().__init__(message)


class StoreError(OnefoldError):
    """A store that failed at its own work: a full disk, a corrupt file, an exception of a custom store.

    Whether a failed append was written is open unless the message says so: a retry with the same event ids tells.
    """

    code = "store"


class StoreUnavailableError(StoreError):
    """The store does not answer or stays locked: a later try may succeed."""

    code = "store_unavailable"


class MigrationError(StoreError):
    """The store's schema is not ours, or of another version."""

    code = "migration"


def _listed(ids: Sequence[str]) -> str:
    shown = ", ".join(f"`{id}`" for id in ids[:3])
    return f"{shown} and {len(ids) - 3} more" if len(ids) > 3 else shown


def _restore(cls: type[OnefoldError], args: tuple[Any, ...], attributes: dict[str, Any]) -> OnefoldError:
    error = cls.__new__(cls, *args)
    error.__dict__.update(attributes)
    return error

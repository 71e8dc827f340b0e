"""What appending, loading and executing come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from onefold._onefold import StoredEvent

State = TypeVar("State")


@dataclass(frozen=True)
class AppendResult:
    """What an append came to."""

    version: int
    """The version of the stream after these events."""

    position: int
    """The position of the last of them; of an empty append, that of the stream's last event, or 0."""

    duplicate: bool
    """Whether they were there already: a retry of an append that had succeeded."""


@dataclass(frozen=True)
class Loaded(Generic[State]):
    """A state, and the version of the stream that it was folded up to."""

    state: State
    version: int
    """0 where the stream does not exist."""


@dataclass(frozen=True)
class Executed(Generic[State]):
    """What a command led to."""

    state: State
    """The state after it."""

    events: list[StoredEvent]
    """The events that were decided and appended; perhaps none."""

    version: int
    """The version of the stream after it."""

    position: int
    """The position of the last event decided; of the stream's last one where nothing was, or 0."""

    attempts: int
    """How often it was decided: 1, and 1 more for each conflict."""

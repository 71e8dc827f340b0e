"""The rules of one kind of thing as pure functions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, Generic, Protocol, TypeVar

Command = TypeVar("Command")
State = TypeVar("State")
Event_ = TypeVar("Event_")
Command_contra = TypeVar("Command_contra", contravariant=True)


class Decider(ABC, Generic[Command, State, Event_]):
    """The rules of one kind of thing: what a command leads to, and what events make of a state.

    All of it is pure: what is needed of the clock or of chance comes with the command. ``category`` names its
    streams (``{category}-{id}``), ``name`` its snapshots (both are the class's name unless given), and
    ``state_version`` is raised when the state's shape or ``evolve`` changes. A class of one's own with these
    methods serves as well.

    With snapshots (``snapshot_every``), the state must be JSON, or the decider gives ``encode_state(state)`` and
    ``decode_state(json)``.

    >>> from onefold import Decider, Event, MemoryStore
    >>> class Counter(Decider[int, int, Event]):
    ...     category = "Counter"
    ...     def initial(self):
    ...         return 0
    ...     def decide(self, command, state):
    ...         if state + command < 0:
    ...             raise ValueError("it would fall below zero")
    ...         return [Event("Added", {"by": command})]
    ...     def evolve(self, state, event):
    ...         return state + event.data["by"]
    >>> store = MemoryStore()
    >>> store.execute(Counter(), "visits", 2).state
    2
    >>> store.load(Counter(), "visits")
    Loaded(state=2, version=1)
    """

    category: str = ""
    name: str = ""
    state_version: int = 1

    @abstractmethod
    def initial(self) -> State:
        """The state before the first event."""

    @abstractmethod
    def decide(self, command: Command, state: State) -> Iterable[Event_] | Event_ | None:
        """What a command leads to: events, one event, or nothing. Raise an exception of your own to reject it."""

    @abstractmethod
    def evolve(self, state: State, event: Event_) -> State:
        """The state after an event. It depends on these two alone."""

    def is_terminal(self, state: State) -> bool:  # noqa: ARG002 - for subclasses to look at
        """Whether it has ended and takes no more commands."""
        return False


class AnyDecider(Protocol[Command_contra, State]):
    """Any object with the methods of a :class:`Decider`."""

    def initial(self) -> State:
        """The state before the first event."""

    def decide(self, command: Command_contra, state: State, /) -> Any:
        """What a command leads to."""

    def evolve(self, state: State, event: Any, /) -> State:
        """The state after an event."""

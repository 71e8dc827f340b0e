"""Given some events, when a command comes, then: tests of a decider as sentences.

>>> from onefold import Decider, Event
>>> class Counter(Decider[int, int, Event]):
...     def initial(self):
...         return 0
...     def decide(self, command, state):
...         if state + command < 0:
...             raise ValueError("it would fall below zero")
...         return [Event("Added", {"by": command})]
...     def evolve(self, state, event):
...         return state + event.data["by"]
>>> given(Counter(), Event("Added", {"by": 3})).when(4).then_events(Event("Added", {"by": 4}))
>>> given(Counter()).when(-1).then_rejected(ValueError, match="below zero")
>>> given(Counter(), Event("Added", {"by": 3})).then_state(3)

What does not hold raises :class:`AssertionError`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, Generic, TypeVar

from onefold._onefold import Event
from onefold.decider import AnyDecider
from onefold.errors import InvalidArgumentError

__all__ = ["Given", "Then", "given"]

Command = TypeVar("Command")
State = TypeVar("State")
Rejection = type[BaseException] | tuple[type[BaseException], ...] | Callable[[BaseException], bool]


def given(decider: AnyDecider[Command, State], *events: Any) -> Given[Command, State]:
    """A decider to which these events have happened."""
    return Given(decider, reduce(decider.evolve, events, copy.deepcopy(decider.initial())))


class Given(Generic[Command, State]):
    """What was given; a command may come next."""

    def __init__(self, decider: AnyDecider[Command, State], state: State) -> None:
        self._decider = decider
        self._state = state

    def when(self, command: Command) -> Then[State]:
        """A command comes."""
        is_terminal = getattr(self._decider, "is_terminal", None)
        if is_terminal is not None and is_terminal(self._state):
            raise AssertionError(f"the decider has ended in {self._state!r}; no command reaches it")
        # What decide does to its argument must not show in the state that the events make.
        before = copy.deepcopy(self._state)
        try:
            decided = self._decider.decide(command, self._state)
            if _is_several(decided):
                decided = list(decided)
        except Exception as rejection:
            return Then(self._decider, before, [], rejection)
        return Then(self._decider, before, _events(decided), None)

    def then_state(self, expected: State) -> None:
        """The events make this state."""
        _require(self._state == expected, f"the state is {self._state!r}, not {expected!r}")

    def then_terminal(self) -> None:
        """The events end it."""
        is_terminal = getattr(self._decider, "is_terminal", None)
        ended = is_terminal is not None and is_terminal(self._state)
        _require(ended, f"the decider has not ended in {self._state!r}")


class Then(Generic[State]):
    """What a command led to."""

    def __init__(
        self, decider: AnyDecider[Any, State], state: State, events: list[Any], rejection: Exception | None
    ) -> None:
        self._decider = decider
        self._state = state
        self._events = events
        self._rejection = rejection

    def then_events(self, *expected: Any) -> None:
        """The command leads to these events; to none, without arguments."""
        self._check_accepted()
        _require(self._events == list(expected), f"it led to {self._events!r}, not to {list(expected)!r}")

    def then_rejected(self, expected: Rejection = Exception, *, match: str | None = None) -> None:
        """The command is rejected: by an exception of this class, or one that the predicate accepts.

        ``match`` is a regular expression that its message must contain.
        """
        rejection = self._rejection
        if rejection is None:
            raise AssertionError(f"it was not rejected, but led to {self._events!r}")
        by = f"it was rejected by {rejection!r}"
        if isinstance(expected, type | tuple):
            _require(isinstance(rejection, expected), f"{by}, not by {expected!r}", rejection)
        else:
            _require(expected(rejection), f"{by}, which is not the one meant", rejection)
        if match is not None:
            _require(re.search(match, str(rejection)), f"{str(rejection)!r} does not match {match!r}", rejection)

    def then_state(self, expected: State) -> None:
        """The command leads to events that make this state."""
        self._check_accepted()
        state = reduce(self._decider.evolve, self._events, self._state)
        _require(state == expected, f"the state is {state!r}, not {expected!r}")

    def _check_accepted(self) -> None:
        _require(self._rejection is None, f"it was rejected by {self._rejection!r}", self._rejection)


def _require(holds: object, otherwise: str, cause: BaseException | None = None) -> None:
    # No assert statement: python -O leaves those out, and the test could not fail.
    if not holds:
        raise AssertionError(otherwise) from cause


def _is_several(decided: object) -> bool:
    # A pydantic model iterates over its fields.
    is_model = hasattr(type(decided), "__pydantic_validator__")
    return isinstance(decided, Iterable) and not isinstance(decided, Event | dict | str | bytes) and not is_model


def _events(decided: Any) -> list[Any]:
    """What decide returned, as a list; refused as ``execute`` refuses it."""
    if decided is None:
        return []
    if isinstance(decided, list):
        return decided
    if hasattr(decided, "__await__") or hasattr(decided, "__aiter__"):
        if hasattr(decided, "close"):
            decided.close()
        raise InvalidArgumentError("decide", "decide is asynchronous; make it a plain function that returns events")
    if isinstance(decided, str | bytes | int | float):
        name = type(decided).__qualname__
        raise InvalidArgumentError("decide", f"decide returned `{name}`; return events, one event or None")
    return [decided]

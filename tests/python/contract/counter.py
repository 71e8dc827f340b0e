"""The standard decider of the vectors, as their README defines it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onefold import ConflictError, Decider, Event

Command = dict[str, Any]
State = dict[str, Any]


class NotPositive(Exception):
    """The rejection."""


class Counter(Decider[Command, State, Event]):
    category = "Counter"
    name = "Counter"

    def __init__(self, state_version: int = 1, weight: int = 1, interfere: Callable[[int], None] | None = None) -> None:
        self.state_version = state_version  # type: ignore[misc] # an instance may differ here, as no real one does
        self.weight = weight
        self.decided = 0
        self._interfere = interfere

    def initial(self) -> State:
        return {"total": 0, "closed": False}

    def decide(self, command: Command, state: State) -> list[Event]:
        self.decided += 1
        if self._interfere is not None:
            self._interfere(self.decided)
        match command:
            case {"type": "Add", "by": by} if by <= 0:
                raise NotPositive(by)
            case {"type": "Add", "by": by}:
                return [Event("Added", {"by": by})]
            case {"type": "AddAll", "by": numbers}:
                return [Event("Added", {"by": by}) for by in numbers]
            case {"type": "Close"}:
                return [Event("Closed", {})]
            case {"type": "Raise", "actual": actual}:
                raise ConflictError("Other-1", 0, actual)
        raise AssertionError(command)

    def evolve(self, state: State, event: Event) -> State:
        if event.type == "Added":
            return state | {"total": state["total"] + event.data["by"] * self.weight}
        return state | {"closed": True} if event.type == "Closed" else state

    def is_terminal(self, state: State) -> bool:
        return bool(state["closed"])

"""State is handed over, not shared."""

from __future__ import annotations

import copy
from collections.abc import Coroutine
from enum import Enum
from typing import Any

from onefold.errors import InvalidArgumentError

_UNCHANGEABLE = (type(None), bool, int, float, str, bytes, Enum)


def own_copy(state: Any) -> Any:
    """Copy a decider's initial state, so that changing it in place does not show in the next load."""
    if isinstance(state, _UNCHANGEABLE):
        return state
    refuse_awaitable("initial", state)
    return copy.deepcopy(state)


def refuse_awaitable(method: str, state: Any) -> None:
    """Refuse what an asynchronous method of a decider returns: nobody would await it."""
    if hasattr(state, "__await__"):
        if isinstance(state, Coroutine):
            state.close()
        raise InvalidArgumentError(method, f"{method} is asynchronous; make it a plain function that returns the state")

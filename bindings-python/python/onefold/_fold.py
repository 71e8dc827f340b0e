"""The loop over events: the interpreter calls one Python function from another faster than Rust calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from onefold._state import refuse_awaitable


def fold(evolve: Callable[[Any, Any], Any], state: Any, events: Iterable[Any]) -> Any:
    """The state after these events."""
    for event in events:
        state = evolve(state, event)
    refuse_awaitable("evolve", state)
    return state

"""State is handed over, not shared."""

from __future__ import annotations

import copy
from enum import Enum
from typing import Any

_UNCHANGEABLE = (type(None), bool, int, float, str, bytes, Enum)


def own_copy(state: Any) -> Any:
    """Copy a decider's initial state, so that changing it in place does not show in the next load."""
    if isinstance(state, _UNCHANGEABLE):
        return state
    return copy.deepcopy(state)

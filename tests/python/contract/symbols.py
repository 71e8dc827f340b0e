"""The names that a scenario gives to positions, cursors and times."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from values import form


class Symbols:
    def __init__(self) -> None:
        self._bound: dict[str, Any] = {}
        self._last_appended = 0

    def position(self, expected: int | str, actual: int, *, by_append: bool) -> None:
        """Compare a position with what a scenario says of it; bind a name that is new."""
        if isinstance(expected, int):
            assert actual == expected
            return
        if expected in self._bound:
            assert actual == self._bound[expected], expected
            return
        assert actual > 0, expected
        if by_append:
            assert actual > self._last_appended, f"{expected} does not follow what was appended before"
            self._last_appended = actual
        self._bound[expected] = actual

    def named(self, expected: Any, actual: Any) -> None:
        """Compare a cursor or time with what a scenario says of it; bind a name that is new."""
        if is_name(expected, "ct"):
            expected = self._bound.setdefault(expected, actual)
        assert actual == expected

    def value(self, named: Any, epoch: str) -> Any:
        """What a position, a cursor or a time in an argument stands for."""
        name, argument = form(named)
        if name == "$plus":
            base, more = argument
            return self.value(base, epoch) + more
        if name == "$text":
            bound = {key: value for key, value in self._bound.items() if is_name(key, "p")}
            return argument.format(epoch=epoch, **bound)
        return self._bound[named] if is_name(named, "pct") else named

    def time(self, named: str | None) -> datetime | None:
        """The moment that an argument names or spells."""
        if named is None or is_name(named, "t"):
            return self._bound[named] if named else None
        # Python 3.10 reads no Z.
        return datetime.fromisoformat(re.sub("Z$", "+00:00", named))


def is_name(text: Any, letters: str) -> bool:
    return isinstance(text, str) and re.fullmatch(f"[{letters}][0-9]+", text) is not None

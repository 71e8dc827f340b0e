"""A store whose schema is not there yet."""

from __future__ import annotations

from typing import NoReturn

from onefold.errors import MigrationError


class Unmigrated:
    """Stands in for the core of a store that was opened with ``migrate=False`` and must be migrated first."""

    closed = False

    def __init__(self, error: MigrationError) -> None:
        self._error = error

    def close(self) -> None:
        """Nothing is open."""

    def __getattr__(self, name: str) -> NoReturn:
        raise self._error

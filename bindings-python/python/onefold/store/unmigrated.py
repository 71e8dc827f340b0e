"""A store whose schema is not there yet."""

from __future__ import annotations

from typing import NoReturn

from onefold.errors import ClosedError, MigrationError


class Unmigrated:
    """Stands in for the core of a store that was opened with ``migrate=False`` and must be migrated first."""

    def __init__(self, error: MigrationError) -> None:
        self._message = str(error)
        self.closed = False

    def close(self) -> None:
        """Nothing is open, but nothing may follow."""
        self.closed = True

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        # A new one each time: an exception gathers the places that it was raised at.
        raise ClosedError if self.closed else MigrationError(self._message)


class AsyncUnmigrated(Unmigrated):
    """The same for a store whose calls are awaited."""

    async def close(self) -> None:  # type: ignore[override]
        """Nothing is open, but nothing may follow."""
        super().close()

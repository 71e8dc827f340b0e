"""What stores with a schema share: it is made or migrated at opening, or by hand."""

from __future__ import annotations

from typing import Protocol, cast

from onefold import _onefold
from onefold.errors import ClosedError, MigrationError
from onefold.store.base import Store
from onefold.store.unmigrated import Unmigrated


class Opening(Protocol):
    """Where a store is and how to open it; its text is for people to read."""

    def open(self, migrate: bool) -> _onefold.Store:
        """Open it."""

    def migrate(self) -> None:
        """Make its schema, or bring it to this version."""


class MigratedStore(Store):
    """A store whose schema may still have to be made or migrated."""

    def __init__(self, opening: Opening, migrate: bool) -> None:
        self._opening = opening
        super().__init__(_core_or_unmigrated(opening, migrate))

    def migrate(self) -> None:
        """Make the schema, or bring it to this version: for a store opened with ``migrate=False``."""
        if self.closed:
            raise ClosedError
        self._opening.migrate()
        if isinstance(self._core, Unmigrated):
            self._core = self._opening.open(migrate=True)

    def __repr__(self) -> str:
        state = " closed" if self.closed else " not migrated" if isinstance(self._core, Unmigrated) else ""
        return f"<{type(self).__name__} {self._opening}{state}>"


def _core_or_unmigrated(opening: Opening, migrate: bool) -> _onefold.Store:
    try:
        return opening.open(migrate)
    except MigrationError as error:
        if migrate:
            raise
        return cast("_onefold.Store", Unmigrated(error))

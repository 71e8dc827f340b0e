"""What stores with a schema share: it is made or migrated at opening, or by hand."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol, cast

from onefold import _onefold
from onefold.errors import ClosedError, InvalidArgumentError, MigrationError
from onefold.store.asynchronous import AsyncStore
from onefold.store.base import Store
from onefold.store.unmigrated import AsyncUnmigrated, Unmigrated


class Opening(Protocol):
    """Where a store is and how to open it; its text is for people to read."""

    def open(self, migrate: bool) -> _onefold.Store:
        """Open it."""

    def open_async(self, migrate: bool) -> Awaitable[_onefold.AsyncStore]:
        """Open it for asyncio."""

    def migrate(self) -> None:
        """Make its schema, or bring it to this version."""

    def migrate_async(self) -> Awaitable[None]:
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
        return _shown(self, self._opening, self._core)


class AsyncMigratedStore(AsyncStore):
    """A store for asyncio whose schema may still have to be made or migrated."""

    def __init__(self, opening: Opening, core: _onefold.AsyncStore | None = None, **_: object) -> None:
        if core is None:
            name = type(self).__name__
            raise InvalidArgumentError(name, f"it takes waiting; open it by `await {name}.open(…)`")
        self._opening = opening
        super().__init__(core)

    async def migrate(self) -> None:
        """Make the schema, or bring it to this version: for a store opened with ``migrate=False``."""
        if self.closed:
            raise ClosedError
        await self._opening.migrate_async()
        if isinstance(self._core, Unmigrated):
            self._core = await self._opening.open_async(migrate=True)

    def __repr__(self) -> str:
        return _shown(self, self._opening, self._core)


async def core_or_unmigrated(opening: Opening, migrate: bool) -> _onefold.AsyncStore:
    """Open the store, or what stands in for it until it is migrated."""
    try:
        return await opening.open_async(migrate)
    except MigrationError as error:
        if migrate:
            raise
        return cast("_onefold.AsyncStore", AsyncUnmigrated(error))


def _core_or_unmigrated(opening: Opening, migrate: bool) -> _onefold.Store:
    try:
        return opening.open(migrate)
    except MigrationError as error:
        if migrate:
            raise
        return cast("_onefold.Store", Unmigrated(error))


def _shown(store: object, opening: Opening, core: _onefold.Store | _onefold.AsyncStore) -> str:
    state = " closed" if core.closed else " not migrated" if isinstance(core, Unmigrated) else ""
    return f"<{type(store).__name__} {opening}{state}>"

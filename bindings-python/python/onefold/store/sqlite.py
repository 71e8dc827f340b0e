"""The embedded store: one SQLite file. And its twin for asyncio."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Literal

from typing_extensions import Self

from onefold import _onefold
from onefold._arguments import flag_from, path_from, seconds_from, shown
from onefold.errors import InvalidArgumentError
from onefold.limits import Limits
from onefold.registry import EventRegistry
from onefold.store.migrated import AsyncMigratedStore, MigratedStore, core_or_unmigrated
from onefold.store.options import Enricher, Options, options

Durability = Literal["strict", "relaxed"]


class SqliteStore(MigratedStore):
    """A store in one SQLite file, shared by any number of threads and processes of one machine.

    ``durability="strict"`` makes an append outlast a power cut (WAL with synchronous=FULL), ``"relaxed"`` a killed
    process only (synchronous=NORMAL). ``busy_timeout`` is how many seconds (0 to 2,147,483) to wait for other
    writers before :class:`StoreUnavailableError`. The schema is made and migrated when the store is opened, unless
    ``migrate=False``: then everything raises :class:`MigrationError` until :meth:`migrate` is called. A file that is
    not a store, or newer than this version of onefold, raises it too. The other options are those of
    :class:`MemoryStore`.

    Each process must open its own: a store does not survive ``fork`` (use ``multiprocessing`` with ``spawn``). To look
    at the file while it is open, use the ``sqlite3`` command rather than the ``sqlite3`` module in the same process:
    the manual's page on SQLite says what is guarded and what is not.

    >>> import tempfile
    >>> from onefold import Event, SqliteStore
    >>> directory = tempfile.TemporaryDirectory()
    >>> with SqliteStore(f"{directory.name}/shop.db") as store:
    ...     store.append("Order-1", [Event("OrderPlaced", {})])
    AppendResult(version=1, position=1, duplicate=False)
    >>> with SqliteStore(f"{directory.name}/shop.db") as store:
    ...     store.stream_version("Order-1")
    1
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        events: EventRegistry | None = None,
        snapshot_every: int | None = None,
        durability: Durability = "strict",
        limits: Limits | None = None,
        enrichers: Sequence[Enricher] = (),
        busy_timeout: float = 5.0,
        migrate: bool = True,
    ) -> None:
        given = options(events, limits, enrichers, snapshot_every)
        super().__init__(_file(path, durability, busy_timeout, given), flag_from("migrate", migrate))


class AsyncSqliteStore(AsyncMigratedStore):
    """A :class:`SqliteStore` for asyncio: the same options, and its methods as coroutines.

    SQLite works on threads of its own meanwhile, and never holds up the event loop.

    >>> import asyncio, tempfile
    >>> from onefold import AsyncSqliteStore, Event
    >>> directory = tempfile.TemporaryDirectory()
    >>> async def main():
    ...     async with await AsyncSqliteStore.open(f"{directory.name}/shop.db") as store:
    ...         return await store.append("Order-1", [Event("OrderPlaced", {})])
    >>> asyncio.run(main())
    AppendResult(version=1, position=1, duplicate=False)
    """

    @classmethod
    async def open(
        cls,
        path: str | PathLike[str],
        *,
        events: EventRegistry | None = None,
        snapshot_every: int | None = None,
        durability: Durability = "strict",
        limits: Limits | None = None,
        enrichers: Sequence[Enricher] = (),
        busy_timeout: float = 5.0,
        migrate: bool = True,
    ) -> Self:
        """Open the store in a file; the options are those of :class:`SqliteStore`."""
        given = options(events, limits, enrichers, snapshot_every)
        file = _file(path, durability, busy_timeout, given)
        return cls(file, await core_or_unmigrated(file, flag_from("migrate", migrate)))


@dataclass(frozen=True)
class _File:
    """A file, and how to open the store in it."""

    path: str
    durability: Durability
    busy_timeout: float
    options: Options

    def open(self, migrate: bool) -> _onefold.Store:
        return _onefold.Store.sqlite(*self._place(), migrate, self.options, is_awaited=False)

    def open_async(self, migrate: bool) -> Awaitable[_onefold.AsyncStore]:
        return _onefold.AsyncStore.sqlite(*self._place(), migrate, self.options, is_awaited=True)

    def migrate(self) -> None:
        _onefold.Store.migrate_sqlite(*self._place(), is_awaited=False)

    def migrate_async(self) -> Awaitable[None]:
        return _onefold.AsyncStore.migrate_sqlite(*self._place(), is_awaited=True)

    def _place(self) -> tuple[str, Durability, float]:
        return self.path, self.durability, self.busy_timeout

    def __str__(self) -> str:
        return repr(self.path)


def _file(path: str | PathLike[str], durability: Durability, busy_timeout: float, options: Options) -> _File:
    if durability not in ("strict", "relaxed"):
        raise InvalidArgumentError("durability", f"{shown(durability)} is none of 'strict' and 'relaxed'")
    return _File(path_from("path", path), durability, seconds_from("busy_timeout", busy_timeout), options)

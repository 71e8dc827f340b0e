"""The embedded store: one SQLite file."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike, fspath
from typing import Literal, cast

from onefold import _onefold
from onefold.errors import InvalidArgumentError, MigrationError
from onefold.limits import Limits
from onefold.registry import EventRegistry
from onefold.store.base import Enricher, Store, options
from onefold.store.unmigrated import Unmigrated

Durability = Literal["strict", "relaxed"]


class SqliteStore(Store):
    """A store in one SQLite file, shared by any number of threads and processes of one machine.

    ``durability="strict"`` makes an append outlast a power cut (WAL with synchronous=FULL), ``"relaxed"`` a killed
    process only (synchronous=NORMAL). ``busy_timeout`` is how many seconds to wait for other writers before
    :class:`StoreUnavailableError`. The schema is made and migrated when the store is opened, unless
    ``migrate=False``: then everything raises :class:`MigrationError` until :meth:`migrate` is called. A file that is
    not a store, or newer than this version of onefold, raises it too. The other options are those of
    :class:`MemoryStore`.

    Each process must open its own: a store does not survive ``fork`` (use ``multiprocessing`` with ``spawn``). While
    it is open, do not open the file in the same process by the ``sqlite3`` module or as a plain file: closing that
    would drop this store's locks.

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
        if not isinstance(path, str | PathLike):
            raise InvalidArgumentError("path", f"{path!r} is no path")
        if not isinstance(busy_timeout, int | float) or isinstance(busy_timeout, bool):
            raise InvalidArgumentError("busy_timeout", f"{busy_timeout!r} is no number of seconds")
        self._file = (fspath(path), durability, busy_timeout)
        self._options = options(events, limits, enrichers, snapshot_every)
        super().__init__(self._open(migrate))

    def migrate(self) -> None:
        """Make the schema, or bring it to this version: for a store opened with ``migrate=False``."""
        _onefold.Store.migrate_sqlite(*self._file)
        if isinstance(self._core, Unmigrated):
            self._core = self._open(migrate=True)

    def _open(self, migrate: bool) -> _onefold.Store:
        try:
            return _onefold.Store.sqlite(*self._file, migrate, self._options)
        except MigrationError as error:
            if migrate:
                raise
            return cast("_onefold.Store", Unmigrated(error))

"""The embedded store: one SQLite file."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Literal, cast

from onefold import _onefold
from onefold._arguments import path_from, shown
from onefold.errors import ClosedError, InvalidArgumentError, MigrationError
from onefold.limits import Limits
from onefold.registry import EventRegistry
from onefold.store.base import Store
from onefold.store.options import Enricher, options
from onefold.store.unmigrated import Unmigrated

# What SQLite counts in milliseconds as a signed 32-bit number.
_LONGEST = 2_147_483

Durability = Literal["strict", "relaxed"]


class SqliteStore(Store):
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
        if durability not in ("strict", "relaxed"):
            raise InvalidArgumentError("durability", f"{shown(durability)} is none of 'strict' and 'relaxed'")
        if not isinstance(migrate, bool):
            raise InvalidArgumentError("migrate", f"{shown(migrate)} is no bool")
        self._file = (path_from("path", path), durability, _seconds("busy_timeout", busy_timeout))
        self._options = options(events, limits, enrichers, snapshot_every)
        super().__init__(self._open(migrate))

    def migrate(self) -> None:
        """Make the schema, or bring it to this version: for a store opened with ``migrate=False``."""
        if self.closed:
            raise ClosedError
        _onefold.Store.migrate_sqlite(*self._file)
        if isinstance(self._core, Unmigrated):
            self._core = self._open(migrate=True)

    def __repr__(self) -> str:
        unmigrated = isinstance(self._core, Unmigrated)
        state = " closed" if self.closed else " not migrated" if unmigrated else ""
        return f"<SqliteStore {self._file[0]!r}{state}>"

    def _open(self, migrate: bool) -> _onefold.Store:
        try:
            return _onefold.Store.sqlite(*self._file, migrate, self._options)
        except MigrationError as error:
            if migrate:
                raise
            return cast("_onefold.Store", Unmigrated(error))


def _seconds(argument: str, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= _LONGEST:
        raise InvalidArgumentError(argument, f"give seconds from 0 to {_LONGEST:,}")
    return float(value)

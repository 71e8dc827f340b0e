"""The store in a PostgreSQL database, and its twin for asyncio."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

from typing_extensions import Self

from onefold import _onefold
from onefold._arguments import flag_from, seconds_from
from onefold.limits import Limits
from onefold.registry import EventRegistry
from onefold.store.migrated import AsyncMigratedStore, MigratedStore, core_or_unmigrated
from onefold.store.options import Address, Enricher, Options, options
from onefold.store.stats import PostgresStats

# PostgreSQL counts milliseconds, and takes 0 for no end.
_SHORTEST = 0.001


class PostgresStore(MigratedStore):
    """A store in a PostgreSQL database (14 or newer, in UTF-8), shared by any number of threads and processes.

    ``dsn`` is the database's address, ``postgresql://user@host/database`` or ``host=… user=…``. ``schema`` holds the
    tables: up to 63 of a-z, 0-9 and ``_``. Up to ``connections`` (from 1) are open at once, made when they are needed
    and again when they are lost; a call waits up to ``connect_timeout`` seconds for a free one, or for a server that
    is away, before :class:`StoreUnavailableError`. ``statement_timeout`` is how many seconds the server may work on
    one statement, locks included; ``None`` for no end. Timeouts go from 0.001 to 2,147,483 seconds. The server shows
    ``application_name`` for these connections. With ``notify``, listeners hear of appends (``LISTEN onefold``, or
    whatever the schema is called), which takes a connection more. ``owner`` names the role that shall own the tables
    (1 to 63 bytes), so that this store can only add events: the role in ``dsn`` must be a member of it that does not
    inherit from it, and is granted what it needs when the schema is migrated. One that could change events all the
    same raises :class:`InvalidArgumentError`.

    The schema is made and migrated when the store is opened, unless ``migrate=False``: then everything raises
    :class:`MigrationError` until :meth:`migrate` is called, which takes an owner's rights. A schema that is not ours,
    or newer than this version of onefold, raises it too. A server that does not answer raises
    :class:`StoreUnavailableError`, one that refuses us :class:`StoreError`. The other options are those of
    :class:`MemoryStore`.

    Threads that append at the same time share a commit. Each process must open its own: a store does not survive
    ``fork`` (in the child it raises :class:`StoreError`).

    >>> from onefold import Event, PostgresStore
    >>> with PostgresStore(dsn) as store:
    ...     store.append("Order-1", [Event("OrderPlaced", {})])
    AppendResult(version=1, position=1, duplicate=False)
    >>> with PostgresStore(dsn) as store:
    ...     store.stream_version("Order-1")
    1
    """

    def __init__(
        self,
        dsn: str,
        *,
        events: EventRegistry | None = None,
        snapshot_every: int | None = None,
        limits: Limits | None = None,
        enrichers: Sequence[Enricher] = (),
        schema: str = "onefold",
        connections: int = 10,
        connect_timeout: float = 10.0,
        statement_timeout: float | None = 30.0,
        application_name: str = "onefold",
        notify: bool = True,
        owner: str | None = None,
        migrate: bool = True,
    ) -> None:
        address = _address(
            dsn, schema, connections, connect_timeout, statement_timeout, application_name, notify, owner
        )
        database = _Database(address, options(events, limits, enrichers, snapshot_every))
        super().__init__(database, flag_from("migrate", migrate))

    def stats(self) -> PostgresStats:
        """What the store is busy with at the moment. It asks no server, and a closed store has nothing open."""
        return PostgresStats(*self._core.postgres_stats())


class AsyncPostgresStore(AsyncMigratedStore):
    """A :class:`PostgresStore` for asyncio: the same options, and its methods as coroutines.

    Tasks that append at the same time share a commit.

    >>> import asyncio
    >>> from onefold import AsyncPostgresStore, Event
    >>> async def main():
    ...     async with await AsyncPostgresStore.open(dsn) as store:
    ...         return await store.append("Order-1", [Event("OrderPlaced", {})])
    >>> asyncio.run(main())
    AppendResult(version=1, position=1, duplicate=False)
    """

    @classmethod
    async def open(
        cls,
        dsn: str,
        *,
        events: EventRegistry | None = None,
        snapshot_every: int | None = None,
        limits: Limits | None = None,
        enrichers: Sequence[Enricher] = (),
        schema: str = "onefold",
        connections: int = 10,
        connect_timeout: float = 10.0,
        statement_timeout: float | None = 30.0,
        application_name: str = "onefold",
        notify: bool = True,
        owner: str | None = None,
        migrate: bool = True,
    ) -> Self:
        """Open the store in a database; the options are those of :class:`PostgresStore`."""
        address = _address(
            dsn, schema, connections, connect_timeout, statement_timeout, application_name, notify, owner
        )
        database = _Database(address, options(events, limits, enrichers, snapshot_every))
        return cls(database, await core_or_unmigrated(database, flag_from("migrate", migrate)))

    def stats(self) -> PostgresStats:
        """What the store is busy with at the moment. It asks no server, so there is nothing to await."""
        return PostgresStats(*self._core.postgres_stats())


@dataclass(frozen=True, repr=False)
class _Database:
    """A database, and how to open the store in it."""

    address: Address
    options: Options

    def open(self, migrate: bool) -> _onefold.Store:
        return _onefold.Store.postgres(self.address, migrate, self.options, is_awaited=False)

    def open_async(self, migrate: bool) -> Awaitable[_onefold.AsyncStore]:
        return _onefold.AsyncStore.postgres(self.address, migrate, self.options, is_awaited=True)

    def migrate(self) -> None:
        _onefold.Store.migrate_postgres(self.address, is_awaited=False)

    def migrate_async(self) -> Awaitable[None]:
        return _onefold.AsyncStore.migrate_postgres(self.address, is_awaited=True)

    def __str__(self) -> str:
        # Without the address, which may hold a password.
        return f"in schema {self.address['schema']!r}"


def _address(
    dsn: str,
    schema: str,
    connections: int,
    connect_timeout: float,
    statement_timeout: float | None,
    application_name: str,
    notify: bool,
    owner: str | None,
) -> Address:
    if statement_timeout is not None:
        statement_timeout = seconds_from("statement_timeout", statement_timeout, least=_SHORTEST)
    return Address(
        dsn=dsn,
        schema=schema,
        connections=connections,
        connect_timeout=seconds_from("connect_timeout", connect_timeout, least=_SHORTEST),
        statement_timeout=statement_timeout,
        application_name=application_name,
        notify=flag_from("notify", notify),
        owner=owner,
    )

"""How the tests get at each kind of store."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from onefold import (
    ANY,
    AppendResult,
    AsyncCustomStore,
    AsyncMemoryStore,
    AsyncPostgresStore,
    AsyncSqliteStore,
    CustomStore,
    EventRegistry,
    ExpectedVersion,
    Limits,
    MemoryStore,
    PostgresStore,
    SqliteStore,
    Store,
)
from plain_store import PlainStore

from tests.python import postgres
from tests.python.awaited import Coroutines, awaited


class Harness:
    """One kind of store over data of its own. ``durable``: the data outlive the store."""

    durable = False

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def open(self, **options: Any) -> Store:
        raise NotImplementedError


class Memory(Harness):
    def open(self, **options: Any) -> Store:
        return MemoryStore(**options)


class Sqlite(Harness):
    durable = True

    def open(self, **options: Any) -> Store:
        return SqliteStore(self.directory / "store.db", **options)


class Postgres(Harness):
    durable = True

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._schema = postgres.fresh_schema()

    def open(self, **options: Any) -> Store:
        return PostgresStore(postgres.database(), schema=self._schema, connections=4, **options)


class Custom(Harness):
    durable = True

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._store = PlainStore()

    def open(self, **options: Any) -> Store:
        return CustomStore(self._store, **options)


class AuditedStore(SqliteStore):
    """A user's subclass that looks at what goes through it."""

    appended = 0

    def append(
        self, stream_id: str, events: Iterable[object], expected_version: ExpectedVersion | int = ANY
    ) -> AppendResult:
        result = super().append(stream_id, events, expected_version)
        self.appended += 1
        return result


class Subclass(Harness):
    durable = True

    def open(self, **options: Any) -> Store:
        return AuditedStore(self.directory / "audited.db", durability="relaxed", **options)


class AsyncMemory(Harness):
    def open(self, **options: Any) -> Store:
        return awaited(lambda: AsyncMemoryStore.open(**options))


class AsyncSqlite(Harness):
    durable = True

    def open(self, **options: Any) -> Store:
        return awaited(lambda: AsyncSqliteStore.open(self.directory / "store.db", durability="relaxed", **options))


class AsyncPostgres(Postgres):
    def open(self, **options: Any) -> Store:
        dsn, schema = postgres.database(), self._schema
        return awaited(lambda: AsyncPostgresStore.open(dsn, schema=schema, connections=4, **options))


class AsyncCustom(Custom):
    def open(self, **options: Any) -> Store:
        return awaited(lambda: AsyncCustomStore.open(Coroutines(self._store), **options))


KINDS: dict[str, type[Harness]] = {
    "memory": Memory,
    "sqlite": Sqlite,
    "postgres": Postgres,
    "custom": Custom,
    "subclass": Subclass,
    "async memory": AsyncMemory,
    "async sqlite": AsyncSqlite,
    "async postgres": AsyncPostgres,
    "async custom": AsyncCustom,
}


def store_options(options: dict[str, Any]) -> dict[str, Any]:
    """The options of a vector as Python takes them."""
    registry, limits = options.get("registry"), options.get("limits")
    return {
        "events": None if registry is None else EventRegistry.from_json(registry),
        "limits": None if limits is None else Limits(**limits),
        "snapshot_every": options.get("snapshot_every"),
    }

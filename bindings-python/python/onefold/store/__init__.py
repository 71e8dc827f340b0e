"""The stores: one face over memory, SQLite, PostgreSQL and stores of one's own, and its twin for asyncio."""

from onefold.store.asynchronous import AsyncStore
from onefold.store.base import Store
from onefold.store.custom import AsyncCustomStore, CustomStore, ReadFilter, Snapshot
from onefold.store.memory import AsyncMemoryStore, MemoryStore
from onefold.store.postgres import AsyncPostgresStore, PostgresStore
from onefold.store.sqlite import AsyncSqliteStore, SqliteStore
from onefold.store.stats import PostgresStats

__all__ = [
    "AsyncCustomStore",
    "AsyncMemoryStore",
    "AsyncPostgresStore",
    "AsyncSqliteStore",
    "AsyncStore",
    "CustomStore",
    "MemoryStore",
    "PostgresStats",
    "PostgresStore",
    "ReadFilter",
    "Snapshot",
    "SqliteStore",
    "Store",
]

"""The stores: one face over memory, SQLite, PostgreSQL and stores of one's own."""

from onefold.store.base import Store
from onefold.store.custom import CustomStore, ReadFilter, Snapshot
from onefold.store.memory import MemoryStore
from onefold.store.postgres import PostgresStore
from onefold.store.sqlite import SqliteStore

__all__ = ["CustomStore", "MemoryStore", "PostgresStore", "ReadFilter", "Snapshot", "SqliteStore", "Store"]

"""What several test files share: a test over every store, and the deciders of a counter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from onefold import (
    AsyncMemoryStore,
    CustomStore,
    Decider,
    Event,
    MemoryStore,
    PostgresStore,
    SqliteStore,
    Store,
)

from tests.python.awaited import awaited
from tests.python.plain_store import PlainStore
from tests.python.postgres import database, schema_of

OpenStore = Callable[..., Store]


def memory(directory: Path, **options: Any) -> Store:
    return MemoryStore(**options)


def sqlite(directory: Path, **options: Any) -> Store:
    return SqliteStore(directory / "store.db", durability="relaxed", **options)


def postgres(directory: Path, **options: Any) -> Store:
    return PostgresStore(database(), schema=schema_of(directory), connections=4, **options)


def custom(directory: Path, **options: Any) -> Store:
    return CustomStore(PlainStore(), **options)


def async_memory(directory: Path, **options: Any) -> Store:
    return awaited(lambda: AsyncMemoryStore.open(**options))


every_store = pytest.mark.parametrize("open_store", [memory, sqlite, postgres, custom, async_memory])
"""Runs a test with `open_store(directory, **options)` for each kind of store."""


ADDED = Event("Added", {"by": 1})


class TooSmall(Exception):
    """A rejection: the count would fall below zero."""


class Counter(Decider[int, int, Event]):
    """Counts; the command is by how much."""

    category = "Counter"

    def initial(self) -> int:
        return 0

    def decide(self, command: int, state: int) -> Any:
        if state + command < 0:
            raise TooSmall(f"{state} {command:+}")
        return [Event("Added", {"by": command})]

    def evolve(self, state: int, event: Event) -> int:
        by: int = event.data["by"]
        return state + by


class Deciding(Counter):
    """A counter that decides as a function says."""

    def __init__(self, decide: Callable[[Any, Any], Any]) -> None:
        self._decide = decide
        self.decided = 0

    def decide(self, command: Any, state: Any) -> Any:
        self.decided += 1
        return self._decide(command, state)


class Overtaken(Counter):
    """A counter whose stream another writer changes during the first decisions."""

    def __init__(self, store: Store, times: int) -> None:
        self._store = store
        self._left = times
        self.seen: list[int] = []

    def decide(self, command: int, state: int) -> Any:
        self.seen.append(state)
        if self._left:
            self._left -= 1
            self._store.append("Counter-1", [Event("Added", {"by": 10})])
        return super().decide(command, state)


def written(store: Store) -> list[tuple[str, int, str]]:
    """All that a store holds, short."""
    return [(event.stream_id, event.version, event.type) for event in store.read_all(limit=None)]

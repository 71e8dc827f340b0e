"""The stores for asyncio, and a loop to run them in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from onefold import AsyncCustomStore, AsyncMemoryStore, AsyncPostgresStore, AsyncSqliteStore, AsyncStore

from tests.python.awaited import Coroutines
from tests.python.plain_store import PlainStore
from tests.python.postgres import database, schema_of

Open = Callable[..., Coroutine[Any, Any, AsyncStore]]


async def memory(directory: Path, **options: Any) -> AsyncStore:
    return await AsyncMemoryStore.open(**options)


async def sqlite(directory: Path, **options: Any) -> AsyncStore:
    return await AsyncSqliteStore.open(directory / "store.db", durability="relaxed", **options)


async def postgres(directory: Path, **options: Any) -> AsyncStore:
    return await AsyncPostgresStore.open(database(), schema=schema_of(directory), connections=4, **options)


async def custom(directory: Path, **options: Any) -> AsyncStore:
    return await AsyncCustomStore.open(Coroutines(PlainStore()), **options)


every_store = pytest.mark.parametrize("open", [memory, sqlite, postgres, custom])


def run(call: Coroutine[Any, Any, Any], new_loop: Callable[[], Any] = asyncio.new_event_loop) -> Any:
    loop = new_loop()
    try:
        return loop.run_until_complete(asyncio.wait_for(call, 60))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

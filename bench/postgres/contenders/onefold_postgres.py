"""onefold on its PostgreSQL store, with typed events: asynchronous, and synchronous."""

from __future__ import annotations

from typing import Any

from onefold import AsyncPostgresStore, Event, PostgresStore, StoredEvent

from bench.contenders.onefold_sqlite import Order, registry
from bench.event import LineAdded, Total
from bench.pairs import ONEFOLD
from bench.postgres.contenders import TASKS
from bench.postgres.contenders.in_tasks import InTasks
from bench.postgres.contenders.in_threads import InThreads


class OnefoldAsync(InTasks):
    """`AsyncPostgresStore`."""

    name = ONEFOLD

    async def _open(self, dsn: str) -> None:
        self._store = await AsyncPostgresStore.open(dsn, events=registry(), connections=TASKS)
        self._order = Order()

    async def _append(self, stream: str, expected: int, lines: list[dict[str, Any]]) -> None:
        await self._store.append(stream, [Event("LineAdded", line) for line in lines], expected_version=expected)

    async def _execute(self, stream: str, line: dict[str, Any]) -> None:
        await self._store.execute(self._order, stream.removeprefix("Order-"), LineAdded(**line))

    async def _load(self, stream: str) -> Total:
        return (await self._store.load(self._order, stream.removeprefix("Order-"))).state

    async def _close(self) -> None:
        await self._store.close()

    def read(self) -> list[StoredEvent]:
        """All events."""
        return self._run(self._store.read_all(limit=None))


class OnefoldSync(InThreads):
    """`PostgresStore`."""

    name = ONEFOLD

    def _open(self, dsn: str) -> None:
        self._store = PostgresStore(dsn, events=registry(), connections=TASKS)
        self._order = Order()

    def _append(self, stream: str, expected: int, lines: list[dict[str, Any]]) -> None:
        self._store.append(stream, [Event("LineAdded", line) for line in lines], expected_version=expected)

    def _execute(self, stream: str, line: dict[str, Any]) -> None:
        self._store.execute(self._order, stream.removeprefix("Order-"), LineAdded(**line))

    def _load(self, stream: str) -> Total:
        return self._store.load(self._order, stream.removeprefix("Order-")).state

    def _close(self) -> None:
        self._store.close()

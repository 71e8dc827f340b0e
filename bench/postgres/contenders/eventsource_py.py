"""`eventsource-py` on its PostgreSQL store; the domain is that of the measures on SQLite."""

from __future__ import annotations

from typing import Any

from eventsource import AggregateRepository, DomainEvent, PostgreSQLEventStore, StreamId
from eventsource.ports import ExpectedVersion

from bench.contenders.eventsource_py import Order, line_events, order_id_of
from bench.event import Total
from bench.postgres.contenders.in_tasks import InTasks
from bench.postgres.contenders.sqlalchemy_engine import engine


class EventsourcePy(InTasks):
    name = "eventsource-py"

    async def _open(self, dsn: str) -> None:
        self._store = PostgreSQLEventStore(engine(dsn), create_schema=True, owns_engine=True)
        self._repository = AggregateRepository(self._store, Order, enable_tracing=False)
        # The first use makes the tables.
        await self._store.current_position()

    async def _append(self, stream: str, expected: int, lines: list[dict[str, Any]]) -> None:
        order_id = order_id_of(stream)
        events = line_events(order_id, expected, lines)
        await self._store.append(StreamId(order_id, "Order"), events, ExpectedVersion.exact(expected))

    async def _execute(self, stream: str, line: dict[str, Any]) -> None:
        order = await self._repository.load(order_id_of(stream))
        order.execute(line)
        await self._repository.save(order)

    async def _load(self, stream: str) -> Total:
        return (await self._repository.load(order_id_of(stream))).state.total

    async def _close(self) -> None:
        await self._store.close()

    def read(self) -> list[DomainEvent]:
        """All events."""
        return self._run(self._read())

    async def _read(self) -> list[DomainEvent]:
        return [envelope.event async for envelope in self._store.read_all()]

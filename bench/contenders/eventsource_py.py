"""`eventsource-py` on its SQLite store: pydantic events, its decider aggregate, its repository untraced.

The store sets WAL and leaves `synchronous` at SQLite's default, which is FULL. It is asynchronous: each
measure runs whole inside one event loop, so that nobody pays for starting one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsource import (
    AggregateRepository,
    DeciderAggregate,
    DomainEvent,
    SQLiteEventStore,
    StreamId,
    register_event,
)
from eventsource.ports import ExpectedVersion
from pydantic import BaseModel, ConfigDict

from bench.contenders import Append
from bench.event import MOST_LINES, TooManyLines, Total


@register_event
class LineAdded(DomainEvent):
    aggregate_type: str = "Order"
    sku: str
    quantity: int
    unit_price_cents: int
    currency: str
    warehouse: str
    gift: bool
    note: str


class OrderState(BaseModel):
    model_config = ConfigDict(frozen=True)

    order_id: UUID
    total: Total = Total()


class Order(DeciderAggregate[OrderState]):
    aggregate_type = "Order"

    @staticmethod
    def initial_state(aggregate_id: UUID) -> OrderState:
        return OrderState(order_id=aggregate_id)

    @staticmethod
    def decide(command: dict[str, Any], state: OrderState) -> list[DomainEvent]:
        if state.total.lines >= MOST_LINES:
            raise TooManyLines
        return [LineAdded(aggregate_id=state.order_id, **command)]

    @staticmethod
    def evolve(state: OrderState, event: DomainEvent) -> OrderState:
        assert isinstance(event, LineAdded)
        total = Total(state.total.lines + 1, state.total.cents + event.quantity * event.unit_price_cents)
        return state.model_copy(update={"total": total})


class EventsourcePy:
    name = "eventsource-py"

    def __init__(self, path: Path) -> None:
        self._runner = asyncio.Runner()
        self._store = SQLiteEventStore(str(path))
        self._repository = AggregateRepository(self._store, Order, enable_tracing=False)
        # The first use opens the connection and makes the tables.
        self._runner.run(self._store.current_position())

    def append(self, appends: Sequence[Append]) -> None:
        self._runner.run(self._append(appends))

    def execute(self, streams: Sequence[str], line: dict[str, Any]) -> None:
        self._runner.run(self._execute(streams, line))

    def load(self, stream: str) -> Total:
        return self._runner.run(self._repository.load(order_id_of(stream))).state.total

    def durability(self) -> tuple[str, int]:
        return self._runner.run(self._durability())

    def close(self) -> None:
        self._runner.run(self._store.close())
        self._runner.close()

    async def _append(self, appends: Sequence[Append]) -> None:
        for stream, expected, events in appends:
            order_id = order_id_of(stream)
            lines = line_events(order_id, expected, events)
            await self._store.append(StreamId(order_id, "Order"), lines, ExpectedVersion.exact(expected))

    async def _execute(self, streams: Sequence[str], line: dict[str, Any]) -> None:
        for stream in streams:
            order = await self._repository.load(order_id_of(stream))
            order.execute(line)
            await self._repository.save(order)

    async def _durability(self) -> tuple[str, int]:
        connection = await self._store._conn()
        async with connection.execute("PRAGMA journal_mode") as cursor:
            (journal,) = await cursor.fetchone() or ("",)
        async with connection.execute("PRAGMA synchronous") as cursor:
            (synchronous,) = await cursor.fetchone() or (0,)
        return journal, synchronous


def line_events(order_id: UUID, expected: int, events: Sequence[dict[str, Any]]) -> list[DomainEvent]:
    return [
        LineAdded(aggregate_id=order_id, aggregate_version=version, **data)
        for version, data in enumerate(events, start=expected + 1)
    ]


def order_id_of(stream: str) -> UUID:
    return UUID(stream.removeprefix("Order-"))

"""`waku` on its SQLAlchemy store: a session and a transaction for each append or command.

Its handlers and their container are left out; this is what they call.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import async_sessionmaker
from waku.eventsourcing.contracts import EventEnvelope, StreamId
from waku.eventsourcing.contracts.stream import Exact, NoStream
from waku.eventsourcing.decider import DeciderRepository
from waku.eventsourcing.serialization import EventTypeRegistry, JsonEventSerializer
from waku.eventsourcing.store.sqlalchemy import (
    SqlAlchemyEventStore,
    bind_event_store_tables,
    make_sqlalchemy_event_store,
)
from waku.eventsourcing.upcasting import UpcasterChain
from waku.messaging import IEvent

from bench.event import MOST_LINES, TooManyLines, Total
from bench.postgres.contenders.in_tasks import InTasks
from bench.postgres.contenders.sqlalchemy_engine import engine


@dataclass(frozen=True, slots=True)
class LineAdded(IEvent):
    sku: str
    quantity: int
    unit_price_cents: int
    currency: str
    warehouse: str
    gift: bool
    note: str


class OrderDecider:
    def initial_state(self) -> Total:
        return Total()

    def decide(self, command: LineAdded, state: Total) -> Sequence[LineAdded]:
        if state.lines >= MOST_LINES:
            raise TooManyLines
        return [command]

    def evolve(self, state: Total, event: LineAdded) -> Total:
        return Total(state.lines + 1, state.cents + event.quantity * event.unit_price_cents)


class Orders(DeciderRepository[Total, LineAdded, LineAdded]):
    aggregate_name = "Order"


class WakuPeer(InTasks):
    name = "waku"

    async def _open(self, dsn: str) -> None:
        self._engine = engine(dsn)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._registry = EventTypeRegistry()
        self._registry.register(LineAdded)
        self._serializer = JsonEventSerializer(self._registry)
        self._decider = OrderDecider()
        metadata = MetaData()
        self._store_of = make_sqlalchemy_event_store(bind_event_store_tables(metadata))
        async with self._engine.begin() as connection:
            await connection.run_sync(metadata.create_all)

    async def _append(self, stream: str, expected: int, lines: list[dict[str, Any]]) -> None:
        envelopes = [EventEnvelope(domain_event=LineAdded(**line), idempotency_key=str(uuid4())) for line in lines]
        # Versions count from 0 there.
        version = Exact(version=expected - 1) if expected else NoStream()
        async with self._transaction() as store:
            await store.append_to_stream(StreamId.from_value(stream), envelopes, expected_version=version)

    async def _execute(self, stream: str, line: dict[str, Any]) -> None:
        order_id = stream.removeprefix("Order-")
        async with self._transaction() as store:
            orders = Orders(self._decider, store)
            state, version = await orders.load(order_id)
            await orders.save(order_id, self._decider.decide(LineAdded(**line), state), version)

    async def _load(self, stream: str) -> Total:
        async with self._transaction() as store:
            state, _ = await Orders(self._decider, store).load(stream.removeprefix("Order-"))
            return state

    async def _close(self) -> None:
        await self._engine.dispose()

    def read(self) -> list[IEvent]:
        """All events."""
        return self._run(self._read())

    async def _read(self) -> list[IEvent]:
        async with self._transaction() as store:
            return [stored.data for stored in await store.read_all()]

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[SqlAlchemyEventStore]:
        async with self._sessions.begin() as session:
            yield self._store_of(session, self._serializer, self._registry, UpcasterChain({}))

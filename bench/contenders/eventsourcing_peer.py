"""`eventsourcing` on its SQLite module, an `Application` and an `Aggregate` as its documentation writes them.

The module sets WAL itself and leaves `synchronous` at SQLite's default, which is FULL. `append` takes the
shortest public way in, `EventStore.put`; `execute` and `load` go through the repository. An aggregate begins
with an event of its own kind, so here the first line is that event: streams are as long as everybody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.sqlite import SQLiteFactory
from eventsourcing.utils import get_topic

from bench.contenders import Append
from bench.event import MOST_LINES, TooManyLines, Total


class Line(Aggregate.Event):
    sku: str
    quantity: int
    unit_price_cents: int
    currency: str
    warehouse: str
    gift: bool
    note: str


class Order(Aggregate):
    """Events with an `apply` of their own: a tenth faster here than methods under the `@event` decorator."""

    class Opened(Line, Aggregate.Created):
        pass

    class LineAdded(Line):
        def apply(self, aggregate: Order) -> None:
            total = aggregate.total
            aggregate.total = Total(total.lines + 1, total.cents + self.quantity * self.unit_price_cents)

    @event(Opened)
    def __init__(
        self,
        sku: str,
        quantity: int,
        unit_price_cents: int,
        currency: str,
        warehouse: str,
        gift: bool,
        note: str,
    ) -> None:
        self.total = Total(1, quantity * unit_price_cents)

    def add(self, line: dict[str, Any]) -> None:
        if self.total.lines >= MOST_LINES:
            raise TooManyLines
        self.trigger_event(self.LineAdded, **line)


class EventsourcingPeer:
    name = "eventsourcing"

    def __init__(self, path: Path) -> None:
        self._app: Application[UUID] = Application(
            env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
        )

    def append(self, appends: Sequence[Append]) -> None:
        put = self._app.events.put
        for stream, expected, events in appends:
            order_id = order_id_of(stream)
            put([line_event(order_id, version, data) for version, data in enumerate(events, start=expected + 1)])

    def execute(self, streams: Sequence[str], line: dict[str, Any]) -> None:
        for stream in streams:
            order: Order = self._app.repository.get(order_id_of(stream))
            order.add(line)
            self._app.save(order)

    def load(self, stream: str) -> Total:
        order: Order = self._app.repository.get(order_id_of(stream))
        return order.total

    def durability(self) -> tuple[str, int]:
        assert isinstance(self._app.factory, SQLiteFactory)
        with self._app.factory.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode")
            journal = cursor.fetchone()[0]
            cursor.execute("PRAGMA synchronous")
            return journal, cursor.fetchone()[0]

    def close(self) -> None:
        self._app.close()


def line_event(order_id: UUID, version: int, data: dict[str, Any]) -> Aggregate.Event:
    timestamp = Order.LineAdded.create_timestamp()
    if version == 1:
        return Order.Opened(
            originator_topic=get_topic(Order),
            originator_id=order_id,
            originator_version=1,
            timestamp=timestamp,
            **data,
        )
    return Order.LineAdded(originator_id=order_id, originator_version=version, timestamp=timestamp, **data)


def order_id_of(stream: str) -> UUID:
    return UUID(stream.removeprefix("Order-"))

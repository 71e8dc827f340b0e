"""`eventsourcing` on its PostgreSQL module as it comes, with a connection for each thread."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from psycopg.conninfo import conninfo_to_dict

from bench.contenders.eventsourcing_peer import Order, line_event, order_id_of
from bench.event import Total
from bench.postgres.contenders import TASKS
from bench.postgres.contenders.in_threads import InThreads


class EventsourcingPeer(InThreads):
    """The domain is that of the measures on SQLite, and so are the ways in."""

    name = "eventsourcing"

    def _open(self, dsn: str) -> None:
        parts = conninfo_to_dict(dsn)
        self._app: Application[UUID] = Application(
            env={
                "PERSISTENCE_MODULE": "eventsourcing.postgres",
                "POSTGRES_HOST": str(parts["host"]),
                "POSTGRES_PORT": str(parts.get("port", 5432)),
                "POSTGRES_USER": str(parts["user"]),
                "POSTGRES_PASSWORD": str(parts.get("password", "")),
                "POSTGRES_DBNAME": str(parts["dbname"]),
                "POSTGRES_POOL_SIZE": str(TASKS),
            }
        )

    def _append(self, stream: str, expected: int, lines: list[dict[str, Any]]) -> None:
        order_id = order_id_of(stream)
        self._app.events.put(
            [line_event(order_id, version, line) for version, line in enumerate(lines, start=expected + 1)]
        )

    def _execute(self, stream: str, line: dict[str, Any]) -> None:
        order: Order = self._app.repository.get(order_id_of(stream))
        order.add(line)
        self._app.save(order)

    def _load(self, stream: str) -> Total:
        order: Order = self._app.repository.get(order_id_of(stream))
        return order.total

    def _close(self) -> None:
        self._app.close()

    def read(self) -> list[DomainEventProtocol[UUID]]:
        """All events."""
        recorder = self._app.recorder
        notifications = recorder.select_notifications(start=1, limit=recorder.max_notification_id() or 0)
        return list(map(self._app.mapper.to_domain_event, notifications))

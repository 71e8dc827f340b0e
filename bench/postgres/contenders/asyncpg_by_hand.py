"""asyncpg as an expert writes it: a pool, its prepared statements, orjson."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import orjson

from bench.event import Total, decide, evolve
from bench.postgres.contenders import TASKS
from bench.postgres.contenders.in_tasks import InTasks
from bench.postgres.contenders.table import COLUMNS, make_table

INSERT = f"""
INSERT INTO bench.events ({COLUMNS})
VALUES ($1, $2, $3, 'LineAdded', 1, clock_timestamp(), 'Order', $4)
"""
INSERT_MANY = f"""
INSERT INTO bench.events ({COLUMNS})
SELECT $1, version, id, 'LineAdded', 1, clock_timestamp(), 'Order', data::json
FROM unnest($2::bigint[], $3::uuid[], $4::text[]) AS events (version, id, data)
"""
STREAM = "SELECT version, data FROM bench.events WHERE stream_id = $1 ORDER BY version"
ALL = """
SELECT position, stream_id, version, id, type, schema_version, recorded_at, category,
    tenant, correlation_id, causation_id, extra, data
FROM bench.events ORDER BY position
"""


class AsyncpgByHand(InTasks):
    """An append is an INSERT and nothing else: no check of any version but by the unique index."""

    name = "asyncpg"
    _reset: Callable[[Any], Awaitable[None]] | None = None

    async def _open(self, dsn: str) -> None:
        make_table(dsn)
        self._pool = await asyncpg.create_pool(dsn, min_size=TASKS, max_size=TASKS, reset=self._reset)

    async def _append(self, stream: str, expected: int, lines: list[dict[str, Any]]) -> None:
        if len(lines) == 1:
            await self._pool.execute(INSERT, stream, expected + 1, uuid4(), _text(lines[0]))
        else:
            versions = range(expected + 1, expected + 1 + len(lines))
            ids = [uuid4() for _ in lines]
            await self._pool.execute(INSERT_MANY, stream, versions, ids, list(map(_text, lines)))

    async def _execute(self, stream: str, line: dict[str, Any]) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            total, version = Total(), 0
            for version, data in await connection.fetch(STREAM, stream):  # noqa: B007
                total = evolve(total, orjson.loads(data))
            for added in decide(total, line):
                version += 1
                await connection.execute(INSERT, stream, version, uuid4(), _text(added))

    async def _load(self, stream: str) -> Total:
        total = Total()
        for _, data in await self._pool.fetch(STREAM, stream):
            total = evolve(total, orjson.loads(data))
        return total

    async def _close(self) -> None:
        await self._pool.close()

    def read(self) -> list[dict[str, Any]]:
        """All events as dicts of all columns, their JSON parsed."""
        return self._run(self._read())

    async def _read(self) -> list[dict[str, Any]]:
        return [
            {
                "position": position,
                "stream_id": stream_id,
                "version": version,
                "id": event_id,
                "type": kind,
                "schema_version": schema_version,
                "recorded_at": recorded_at,
                "category": category,
                "tenant": tenant,
                "correlation_id": correlation_id,
                "causation_id": causation_id,
                "extra": extra and orjson.loads(extra),
                "data": orjson.loads(data),
            }
            for (
                position,
                stream_id,
                version,
                event_id,
                kind,
                schema_version,
                recorded_at,
                category,
                tenant,
                correlation_id,
                causation_id,
                extra,
                data,
            ) in await self._pool.fetch(ALL)
        ]


def _text(line: dict[str, Any]) -> str:
    return orjson.dumps(line).decode()


class AsyncpgWithoutReset(AsyncpgByHand):
    """Its pool takes connections back as they are, which saves a round trip each time."""

    name = "asyncpg without reset"

    @staticmethod
    async def _reset(connection: Any) -> None:
        pass

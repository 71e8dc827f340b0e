"""psycopg 3 by hand: one connection, which commits each statement, and one statement, which it prepares."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import orjson
import psycopg

from bench.event import Total, evolve
from bench.postgres.contenders.in_threads import InThreads
from bench.postgres.contenders.table import COLUMNS, make_table

INSERT = f"""
INSERT INTO bench.events ({COLUMNS})
VALUES (%s, %s, %s, 'LineAdded', 1, clock_timestamp(), 'Order', %s)
"""
STREAM = "SELECT data::text FROM bench.events WHERE stream_id = %s ORDER BY version"


class PsycopgByHand(InThreads):
    """For one stream at a time: an append is an INSERT and nothing else."""

    name = "psycopg"

    def _open(self, dsn: str) -> None:
        make_table(dsn)
        self._connection = psycopg.connect(dsn, autocommit=True)

    def _append(self, stream: str, expected: int, lines: list[dict[str, Any]]) -> None:
        (line,) = lines
        row = (stream, expected + 1, uuid4(), orjson.dumps(line).decode())
        self._connection.execute(INSERT, row, prepare=True)

    def _execute(self, stream: str, line: dict[str, Any]) -> None:
        raise NotImplementedError("it takes part in appends only")

    def _load(self, stream: str) -> Total:
        total = Total()
        for (data,) in self._connection.execute(STREAM, (stream,)):
            total = evolve(total, orjson.loads(data))
        return total

    def _close(self) -> None:
        self._connection.close()

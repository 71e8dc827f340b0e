"""Filling a store faster than by appends: by SQL, into its own tables."""

from __future__ import annotations

import json
from hashlib import md5
from typing import Any
from uuid import UUID

import psycopg
from onefold import PostgresStore

from bench.event import data

VERSIONS = 10
"""How many events each stream gets."""
CHUNK = 1_000_000

STREAMS = """
INSERT INTO onefold.streams (stream_id, version)
SELECT 'Order-' || md5(stream::text)::uuid, %(versions)s FROM generate_series(0, %(streams)s - 1) AS stream
"""
# Each stream's events lie far apart, as they do where many streams grow side by side.
EVENTS = """
INSERT INTO onefold.events (position, stream_id, version, id, type, schema_version, recorded_at, category, data)
SELECT number + 1, 'Order-' || md5((number %% %(streams)s)::text)::uuid, number / %(streams)s + 1,
    gen_random_uuid(), 'LineAdded', 1, clock_timestamp(), 'Order', (%(lines)s::json[])[number / %(streams)s + 1]
FROM generate_series(%(first)s::bigint, %(last)s) AS number
"""
CONSTRAINTS = """
SELECT format('ALTER TABLE onefold.events DROP CONSTRAINT %I', conname),
    format('ALTER TABLE onefold.events ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE conrelid = 'onefold.events'::regclass AND contype IN ('p', 'u')
"""
INDEXES = """
SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid = 'onefold.events'::regclass
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


def stream_of(number: int) -> str:
    """The name of a stream that `fill` makes."""
    return f"Order-{UUID(md5(str(number).encode(), usedforsecurity=False).hexdigest())}"


def fill(dsn: str, events: int) -> None:
    """Makes a store of so many events, `VERSIONS` in each stream."""
    PostgresStore(dsn).close()
    with psycopg.connect(dsn, autocommit=True) as connection:
        # Indexes are made faster at once than row by row.
        indexes = connection.execute(CONSTRAINTS).fetchall() + connection.execute(INDEXES).fetchall()
        for drop, _ in indexes:
            connection.execute(drop.encode())
        _fill(connection, events)
        for _, create in indexes:
            connection.execute(create.encode())
        connection.execute("VACUUM ANALYZE onefold.events, onefold.streams")
        connection.execute("CHECKPOINT")


def _fill(connection: psycopg.Connection[Any], events: int) -> None:
    lines = [json.dumps(data(version)) for version in range(VERSIONS)]
    sizes = {"streams": events // VERSIONS, "versions": VERSIONS, "lines": lines}
    connection.execute(STREAMS, sizes)
    for first in range(0, events, CHUNK):
        connection.execute(EVENTS, sizes | {"first": first, "last": min(first + CHUNK, events) - 1})
    connection.execute("SELECT setval('onefold.positions', %s)", (events,))

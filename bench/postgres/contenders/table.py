"""The table of those by hand: onefold's own columns and indexes, with positions from a sequence."""

from __future__ import annotations

import psycopg
from onefold import PostgresStore

TABLE = """
CREATE SCHEMA bench;
CREATE SEQUENCE bench.positions;
CREATE TABLE bench.events (LIKE onefold.events INCLUDING ALL);
ALTER TABLE bench.events ALTER position SET DEFAULT nextval('bench.positions')
"""

COLUMNS = "stream_id, version, id, type, schema_version, recorded_at, category, data"
"""Those that an event without metadata fills; its position comes by itself."""


def make_table(dsn: str) -> None:
    """Makes `bench.events`."""
    PostgresStore(dsn).close()
    with psycopg.connect(dsn) as connection:
        connection.execute(TABLE)

"""The store that the benchmarks fill by SQL is one as appends would have made it."""

from __future__ import annotations

import psycopg
import pytest
from onefold import ConflictError, Event, PostgresStore
from psycopg.rows import TupleRow

from bench.event import data
from bench.postgres.fill import VERSIONS, fill, stream_of
from tests.python.postgres import fresh_database

INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'onefold' ORDER BY indexdef"


def test_a_filled_store_reads_and_goes_on_as_if_appended() -> None:
    dsn = fresh_database()
    fill(dsn, 70)
    with PostgresStore(dsn) as store:
        assert store.head() == 70
        assert [event.position for event in store.read_all()] == list(range(1, 71))
        for number in range(7):
            events = store.read_stream(stream_of(number))
            assert [event.version for event in events] == list(range(1, VERSIONS + 1))
            assert [event.data for event in events] == [data(version) for version in range(VERSIONS)]
        with pytest.raises(ConflictError):
            store.append(stream_of(0), [Event("LineAdded", {})], expected_version=VERSIONS - 1)
        appended = store.append(stream_of(0), [Event("LineAdded", {})], expected_version=VERSIONS)
        assert (appended.version, appended.position) == (VERSIONS + 1, 71)


def test_a_filled_store_has_every_index() -> None:
    filled, empty = fresh_database(), fresh_database()
    fill(filled, 10)
    PostgresStore(empty).close()
    assert indexes(filled) == indexes(empty)


def indexes(dsn: str) -> list[TupleRow]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(INDEXES).fetchall()

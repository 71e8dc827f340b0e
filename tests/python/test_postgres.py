"""What only a store in PostgreSQL can get wrong: addresses, schemas, lost connections, forks, signals."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest
from onefold import (
    AppendResult,
    ClosedError,
    Event,
    InvalidArgumentError,
    MigrationError,
    PostgresStats,
    PostgresStore,
    StoreError,
    StoreUnavailableError,
)
from psycopg.conninfo import make_conninfo

from tests.python.postgres import Roles, Server, database, fresh_schema, until
from tests.python.support import ADDED, Counter


@pytest.fixture
def schema() -> str:
    return fresh_schema()


@pytest.fixture
def store(schema: str) -> Iterator[PostgresStore]:
    with PostgresStore(database(), schema=schema) as store:
        yield store


def execute(sql: str) -> None:
    with psycopg.connect(database(), autocommit=True) as connection:
        connection.execute(sql.encode())


def test_what_was_appended_is_there_when_it_is_opened_again(schema: str) -> None:
    with PostgresStore(database(), schema=schema) as store:
        store.append("Order-1", [Event("OrderPlaced", {"text": "\0\u20ac"})])
        epoch = store.epoch
    with PostgresStore(database(), schema=schema) as store:
        assert [event.data for event in store.read_all()] == [{"text": "\0\u20ac"}]
        assert store.epoch == epoch


def test_two_schemas_are_two_stores(store: PostgresStore) -> None:
    store.append("Order-1", [ADDED])
    with PostgresStore(database(), schema=fresh_schema()) as other:
        assert other.head() == 0
        assert other.epoch != store.epoch


def test_with_migrate_false_everything_waits_for_migrate(schema: str) -> None:
    store = PostgresStore(database(), schema=schema, migrate=False)
    assert "not migrated" in repr(store)
    with pytest.raises(MigrationError, match="migrate"):
        store.append("Order-1", [ADDED])
    store.migrate()
    assert store.append("Order-1", [ADDED]).version == 1
    assert schema in repr(store)
    store.close()
    with pytest.raises(ClosedError):
        store.migrate()


def test_a_schema_of_something_else_is_left_alone(schema: str) -> None:
    execute(f"CREATE SCHEMA {schema}; CREATE TABLE {schema}.events (id int)")
    with pytest.raises(MigrationError):
        PostgresStore(database(), schema=schema)


def test_a_schema_of_a_newer_onefold_is_left_alone(schema: str) -> None:
    PostgresStore(database(), schema=schema).close()
    execute(f"UPDATE {schema}.meta SET value = '999' WHERE key = 'schema_version'")
    with pytest.raises(MigrationError, match="999"):
        PostgresStore(database(), schema=schema)


@pytest.mark.parametrize(
    ("argument", "wrong"),
    [
        ("dsn", "postgresql://shop:secret@host:port/shop"),
        ("dsn", "shop.db"),
        ("dsn", "postgresql://shop@host/sh\0op"),
        ("dsn", 7),
        ("dsn", "\ud800"),
        ("schema", "Shop; DROP"),
        ("schema", ""),
        ("schema", None),
        ("connections", 0),
        ("connections", -1),
        ("connections", True),
        ("connections", 2**40),
        ("connections", 10**30),
        ("connect_timeout", 0),
        ("connect_timeout", None),
        ("connect_timeout", float("nan")),
        ("statement_timeout", 0),
        ("statement_timeout", "1 s"),
        ("statement_timeout", 10**10),
        ("application_name", 7),
        ("application_name", "a\0b"),
        ("notify", 1),
        ("owner", ""),
        ("owner", "a\0b"),
        ("owner", "a" * 64),
        ("owner", 7),
        ("migrate", 1),
    ],
)
def test_an_option_out_of_its_range_is_refused_without_showing_a_password(argument: str, wrong: Any) -> None:
    options = {"dsn": database(), argument: wrong}
    with pytest.raises(InvalidArgumentError) as raised:
        PostgresStore(**options)
    assert raised.value.argument == argument
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("migrate", [True, False])
def test_with_an_owner_a_store_may_only_add_events(schema: str, migrate: bool) -> None:
    with Roles(schema) as roles:
        with PostgresStore(roles.dsn(), schema=schema, owner=roles.owner, migrate=migrate) as store:
            if not migrate:
                store.migrate()
            assert store.append("Order-1", [ADDED]).version == 1
        assert roles.owners() == {roles.owner}
        with psycopg.connect(roles.dsn()) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"ALTER TABLE {schema}.events DISABLE TRIGGER ALL".encode())


def test_a_role_that_could_change_events_though_another_owns_them_is_refused(schema: str) -> None:
    with Roles(schema) as roles, pytest.raises(InvalidArgumentError, match="may change events") as raised:
        PostgresStore(database(), schema=schema, owner=roles.owner)
    assert raised.value.argument == "owner"


def test_an_owner_that_is_no_role_is_refused(schema: str) -> None:
    with pytest.raises(StoreError, match="nobody of ours"):
        PostgresStore(database(), schema=schema, owner="nobody of ours")


def test_stats_say_what_waits_and_for_what(schema: str) -> None:
    with PostgresStore(database(), schema=schema, connections=1) as store, ThreadPoolExecutor(4) as threads:
        store.append("Order-1", [ADDED])
        with psycopg.connect(database()) as connection:
            connection.execute(f"SELECT FROM {schema}.streams FOR UPDATE".encode())
            calls = [threads.submit(store.append, "Order-1", [ADDED])]
            until(lambda: store.stats().writing == 1)
            calls += [threads.submit(store.append, "Order-1", [ADDED]) for _ in range(2)]
            head = threads.submit(store.head)
            busy = PostgresStats(queued=2, writing=1, connections=1, idle=0, waiting=1)
            until(lambda: store.stats() == busy)
        assert {call.result(20).version for call in calls} == {2, 3, 4}
        assert 1 <= head.result(20) <= 4
        until(lambda: store.stats() == PostgresStats(queued=0, writing=0, connections=1, idle=1, waiting=0))
    assert store.stats() == PostgresStats(queued=0, writing=0, connections=0, idle=0, waiting=0)


def test_stats_of_a_store_that_is_not_migrated_are_none(schema: str) -> None:
    with PostgresStore(database(), schema=schema, migrate=False) as store, pytest.raises(MigrationError):
        store.stats()


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(StoreUnavailableError):
        PostgresStore("postgresql://shop:secret@127.0.0.1:1/shop", connect_timeout=1)


@pytest.mark.parametrize(("key", "wrong"), [("dbname", "absent"), ("user", "absent")])
def test_a_server_that_refuses_us_says_why(key: str, wrong: str) -> None:
    with pytest.raises(StoreError, match="absent"):
        PostgresStore(make_conninfo(database(), **{key: wrong}))


def test_the_server_shows_the_application_name(schema: str) -> None:
    with PostgresStore(database(), schema=schema, application_name="shop of Ren\u00e9e"[:10]) as store:
        store.head()
        with psycopg.connect(database()) as connection:
            names = connection.execute("SELECT application_name FROM pg_stat_activity").fetchall()
    assert ("shop of Re",) in names


@pytest.mark.parametrize("notify", [True, False])
def test_listeners_hear_of_appends_unless_told_otherwise(schema: str, notify: bool) -> None:
    with (
        PostgresStore(database(), schema=schema, notify=notify) as store,
        psycopg.connect(database(), autocommit=True) as listener,
    ):
        listener.execute(f"LISTEN {schema}".encode())
        # Nobody is in a call afterwards: what is to be sent then must be sent all the same.
        position = store.append("Order-1", [ADDED]).position
        heard = [note.payload for note in listener.notifies(timeout=5 if notify else 0.5, stop_after=1)]
        assert heard == ([str(position)] if notify else [])


def test_threads_share_a_store_and_its_commits(store: PostgresStore) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: [store.append(f"Order-{n}", [ADDED]) for _ in range(25)], range(8)))
    assert len(store.read_all()) == 200
    assert all(store.stream_version(f"Order-{n}") == 25 for n in range(8))


def test_a_statement_that_takes_too_long_is_unavailable(schema: str) -> None:
    with PostgresStore(database(), schema=schema, statement_timeout=0.05) as store:
        store.append("Order-1", [ADDED])
        with psycopg.connect(database()) as connection:
            connection.execute(f"SELECT FROM {schema}.streams FOR UPDATE".encode())
            with pytest.raises(StoreUnavailableError, match="statement_timeout"):
                store.append("Order-1", [ADDED])
        assert store.append("Order-1", [ADDED]).version == 2


def test_connections_that_were_closed_while_idle_are_replaced(store: PostgresStore, schema: str) -> None:
    store.append("Order-1", [ADDED])
    execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'onefold'")
    # Nobody is in a call: the store must notice by itself, or the append is the first to hear of it.
    time.sleep(0.2)
    assert store.append("Order-1", [ADDED]).version == 2


def until_there(store: PostgresStore, event: Event) -> AppendResult:
    while True:
        with contextlib.suppress(StoreUnavailableError):
            return store.append("Order-1", [event])


def test_a_store_survives_a_restart_of_the_server() -> None:
    server = Server.start()
    with PostgresStore(server.dsn()) as store:
        store.append("Order-1", [ADDED])
        for round in range(3):
            server.kill()
            threading.Timer(0.3, server.restart).start()
            event = Event("Added", {"by": 1}, id=UUID(int=round + 1))
            assert until_there(store, event).version == 2 + round
        assert [event.version for event in store.read_stream("Order-1")] == [1, 2, 3, 4]


def test_ctrl_c_ends_a_wait(store: PostgresStore, schema: str) -> None:
    store.append("Order-1", [ADDED])
    with psycopg.connect(database()) as connection:
        connection.execute(f"SELECT FROM {schema}.streams FOR UPDATE".encode())
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        begin = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            store.append("Order-1", [ADDED])
        assert time.monotonic() - begin < 10
    assert store.stream_version("Order-1") <= 2
    assert store.append("Order-2", [ADDED]).version == 1


def use_in_child(store: PostgresStore, schema: str, answers: Any) -> None:
    calls = (lambda: store.append("Order-1", [ADDED]), store.head, lambda: store.load(Counter(), "1"), store.stats)
    for call in calls:
        with pytest.raises(StoreError) as raised:
            call()
        answers.put(str(raised.value))
    store.close()
    # The child's own store works, though the parent's threads are not there.
    with PostgresStore(database(), schema=schema) as own:
        answers.put(own.append("Order-2", [ADDED]).version)


def test_a_store_from_before_a_fork_says_so_at_once(store: PostgresStore, schema: str) -> None:
    store.append("Order-1", [ADDED])
    fork = multiprocessing.get_context("fork")
    answers = fork.Queue()
    child = fork.Process(target=use_in_child, args=(store, schema, answers))
    child.start()
    said = [answers.get(timeout=20) for _ in range(5)]
    child.join(20)
    assert child.exitcode == 0
    assert all("fork" in message for message in said[:4])
    assert said[4] == 1
    # What the child did with its copy has not touched the parent's connections.
    assert store.append("Order-1", [ADDED]).version == 2


def test_a_store_that_nobody_holds_lets_go_of_its_connections(schema: str) -> None:
    def connections() -> int:
        with psycopg.connect(database()) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'alone'"
            ).fetchone()
            return int(row[0]) if row else 0

    store = PostgresStore(database(), schema=schema, application_name="alone")
    store.head()
    assert connections() > 0
    del store
    deadline = time.monotonic() + 5
    while connections() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert connections() == 0

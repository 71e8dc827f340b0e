"""What only a store in PostgreSQL for asyncio can get wrong."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any
from uuid import UUID

import psycopg
import pytest
from onefold import (
    AsyncPostgresStore,
    ClosedError,
    Event,
    InvalidArgumentError,
    MigrationError,
    PostgresStats,
    StoreError,
    StoreUnavailableError,
)

from tests.python.postgres import Roles, Server, database, fresh_schema
from tests.python.support import ADDED


def test_with_migrate_false_everything_waits_for_migrate() -> None:
    async def main() -> None:
        store = await AsyncPostgresStore.open(database(), schema=fresh_schema(), migrate=False)
        assert "not migrated" in repr(store)
        with pytest.raises(MigrationError, match="migrate"):
            await store.append("Order-1", [ADDED])
        await store.migrate()
        assert (await store.append("Order-1", [ADDED])).version == 1
        await store.close()
        with pytest.raises(ClosedError):
            await store.migrate()
        unused = await AsyncPostgresStore.open(database(), schema=fresh_schema(), migrate=False)
        await unused.close()
        with pytest.raises(ClosedError):
            await unused.head()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("dsn", "options", "error"),
    [
        ("postgresql://shop:secret@host:port/shop", {}, InvalidArgumentError),
        (None, {"schema": "Shop; DROP"}, InvalidArgumentError),
        (None, {"connections": 0}, InvalidArgumentError),
        (None, {"migrate": None}, InvalidArgumentError),
        (None, {"owner": ""}, InvalidArgumentError),
        ("postgresql://shop:secret@127.0.0.1:1/shop", {"connect_timeout": 1}, StoreUnavailableError),
        ("user=absent", {}, StoreError),
    ],
)
def test_a_store_that_cannot_be_opened_says_why(dsn: str | None, options: Any, error: type[Exception]) -> None:
    async def main() -> None:
        with pytest.raises(error) as raised:
            await AsyncPostgresStore.open(
                f"{database()} {dsn}" if dsn == "user=absent" else dsn or database(), **options
            )
        assert "secret" not in str(raised.value)

    asyncio.run(main())


def test_an_open_store_outlives_restarts_of_the_server() -> None:
    server = Server.start()
    acknowledged: set[str] = set()

    async def write(store: AsyncPostgresStore, number: int) -> None:
        for nth in range(60):
            event = Event("A", {}, id=UUID(int=number * 1000 + nth + 1))
            while True:
                with contextlib.suppress(StoreUnavailableError):
                    await store.append(f"Order-{number}", [event])
                    break
            acknowledged.add(str(event.id))
            await asyncio.sleep(0.01)

    async def main() -> None:
        async with await AsyncPostgresStore.open(server.dsn()) as store:
            writing = [asyncio.create_task(write(store, number)) for number in range(4)]
            for _ in range(3):
                await asyncio.sleep(0.2)
                await asyncio.to_thread(server.kill)
                await asyncio.sleep(0.2)
                await asyncio.to_thread(server.restart)
            await asyncio.gather(*writing)
            stored = [event.id async for event in store.iter_all()]
            assert len(stored) == len(set(stored)) == 240
            assert set(stored) == acknowledged

    asyncio.run(asyncio.wait_for(main(), 120))


def test_more_tasks_than_connections_wait_their_turn() -> None:
    async def main() -> None:
        async with await AsyncPostgresStore.open(
            database(), schema=fresh_schema(), connections=2, application_name="crowded"
        ) as store:
            await store.append("Order-1", [ADDED])
            versions = await asyncio.gather(*(store.stream_version("Order-1") for _ in range(500)))
            assert set(versions) == {1}
            with psycopg.connect(database()) as connection:
                sql = b"SELECT count(*) FROM pg_stat_activity WHERE application_name = 'crowded'"
                row = connection.execute(sql).fetchone()
        # One more is for telling listeners.
        assert row is not None
        assert row[0] <= 3

    asyncio.run(main())


@pytest.mark.parametrize("migrate", [True, False])
def test_with_an_owner_a_store_may_only_add_events(migrate: bool) -> None:
    schema = fresh_schema()

    async def main(roles: Roles) -> None:
        async with await AsyncPostgresStore.open(
            roles.dsn(), schema=schema, owner=roles.owner, migrate=migrate
        ) as store:
            if not migrate:
                await store.migrate()
            assert (await store.append("Order-1", [ADDED])).version == 1
        with pytest.raises(InvalidArgumentError, match="may change events"):
            await AsyncPostgresStore.open(database(), schema=schema, owner=roles.owner)

    with Roles(schema) as roles:
        asyncio.run(main(roles))
        assert roles.owners() == {roles.owner}


def test_stats_say_what_waits_and_for_what() -> None:
    schema = fresh_schema()

    async def until(store: AsyncPostgresStore, stats: PostgresStats) -> None:
        while store.stats() != stats:
            await asyncio.sleep(0.005)

    async def main() -> None:
        async with await AsyncPostgresStore.open(database(), schema=schema, connections=1) as store:
            await store.append("Order-1", [ADDED])
            with psycopg.connect(database()) as connection:
                connection.execute(f"SELECT FROM {schema}.streams FOR UPDATE".encode())
                first = asyncio.create_task(store.append("Order-1", [ADDED]))
                await until(store, PostgresStats(queued=0, writing=1, connections=1, idle=0, waiting=0))
                others = [asyncio.create_task(store.append("Order-1", [ADDED])) for _ in range(2)]
                head = asyncio.create_task(store.head())
                await until(store, PostgresStats(queued=2, writing=1, connections=1, idle=0, waiting=1))
            await asyncio.gather(first, *others, head)
            await until(store, PostgresStats(queued=0, writing=0, connections=1, idle=1, waiting=0))
        assert store.stats() == PostgresStats(queued=0, writing=0, connections=0, idle=0, waiting=0)

    asyncio.run(asyncio.wait_for(main(), 30))


def test_a_cancelled_opening_leaves_no_connection() -> None:
    async def main() -> None:
        for delay in (0, 0.001, 0.003, 0.01):
            opening = asyncio.ensure_future(
                AsyncPostgresStore.open(database(), schema=fresh_schema(), application_name="hasty")
            )
            await asyncio.sleep(delay)
            opening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await (await opening).close()
        for _ in range(100):
            with psycopg.connect(database()) as connection:
                sql = b"SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hasty'"
                row = connection.execute(sql).fetchone()
            if row == (0,):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{row} connections are left")

    asyncio.run(main())

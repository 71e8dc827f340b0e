"""Stores for asyncio and event loops: several at once, of either kind, and what runs where."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import time
import weakref
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import uvloop
from onefold import (
    AsyncMemoryStore,
    AsyncPostgresStore,
    AsyncSqliteStore,
    AsyncStore,
    InvalidArgumentError,
)

from tests.python.asyncio_stores import Open, every_store, postgres, run, sqlite
from tests.python.postgres import database, schema_of
from tests.python.support import ADDED, Counter


class WithoutReaders(asyncio.SelectorEventLoop):
    """A loop that waits for no descriptors of others, as the default one of Windows."""

    def add_reader(self, fd: Any, callback: Any, *args: Any) -> Any:
        # Its own pipe it may have.
        if callback == self._read_from_self:  # type: ignore[attr-defined]
            return super().add_reader(fd, callback, *args)
        raise NotImplementedError


every_loop = pytest.mark.parametrize(
    "new_loop", [asyncio.new_event_loop, uvloop.new_event_loop, WithoutReaders], ids=["asyncio", "uvloop", "no readers"]
)


@every_store
@every_loop
def test_many_tasks_share_a_store(open: Open, new_loop: Callable[[], Any], tmp_path: Path) -> None:
    async def main() -> None:
        async with await open(tmp_path) as store:

            async def work(number: int) -> None:
                for _ in range(5):
                    await store.append(f"Order-{number % 4}", [ADDED])
                    await store.execute(Counter(), "1", 1, retries=100)

            await asyncio.gather(*(work(number) for number in range(16)))
            assert (await store.load(Counter(), "1")).state == 80
            for number in range(4):
                assert [event.version for event in await store.read_stream(f"Order-{number}")] == list(range(1, 21))
            assert len([event async for event in store.iter_all(page_size=7)]) == 160

    run(main(), new_loop)


@every_store
def test_loops_of_several_threads_share_a_store(open: Open, tmp_path: Path) -> None:
    store = run(open(tmp_path))
    kinds = [asyncio.new_event_loop, uvloop.new_event_loop, WithoutReaders, asyncio.new_event_loop]

    async def work(number: int) -> None:
        for _ in range(20):
            await store.append("Order-1", [ADDED])
            await asyncio.gather(*(store.append(f"Order-{number}-{n}", [ADDED]) for n in range(4)))

    with ThreadPoolExecutor(len(kinds)) as threads:
        list(threads.map(lambda number: run(work(number), kinds[number]), range(len(kinds))))
    assert run(store.stream_version("Order-1")) == 80
    assert run(store.head()) == 400
    run(store.close())


@every_loop
def test_tasks_that_were_woken_together_append_together(new_loop: Callable[[], Any], tmp_path: Path) -> None:
    async def append(store: AsyncStore, stream_id: str) -> None:
        for _ in range(40):
            await store.append(stream_id, [ADDED])
            # What tasks compute gives a writer that does not wait for them the time to begin without the others.
            until = time.perf_counter() + 0.0002
            while time.perf_counter() < until:
                pass

    async def main() -> None:
        store = await postgres(tmp_path)
        await asyncio.gather(*(append(store, f"Order-{number}") for number in range(8)))
        await store.close()

    run(main(), new_loop)
    with psycopg.connect(database()) as connection:
        events = f"{schema_of(tmp_path)}.events"
        sql = (
            f"SELECT count(*) FROM {events} WHERE xmin IN (SELECT xmin FROM {events} GROUP BY xmin HAVING count(*) = 1)"
        )
        [(alone,)] = connection.execute(sql.encode()).fetchall()
    assert alone < 8 * 40 / 4


def test_a_loop_that_ends_while_it_runs_what_was_woken_together_holds_nobody_up(tmp_path: Path) -> None:
    store = run(postgres(tmp_path))
    loop = asyncio.new_event_loop()

    async def leave() -> None:
        await store.append("Order-0", [ADDED])
        raise SystemExit

    with psycopg.connect(database()) as connection:
        # All wait for the same lock, and the loop looks only when all have it.
        connection.execute(f"LOCK {schema_of(tmp_path)}.streams".encode())
        leaving = loop.create_task(leave())
        staying = [loop.create_task(store.append(f"Order-{number}", [ADDED])) for number in range(1, 8)]
        loop.call_later(0.1, lambda: (connection.rollback(), time.sleep(0.2)))
        with pytest.raises(SystemExit):
            loop.run_until_complete(leaving)
    assert run(store.append("Order-8", [ADDED])).version == 1
    loop.run_until_complete(asyncio.gather(*staying))
    loop.close()
    run(store.close())


@every_store
def test_a_store_outlives_the_loop_in_which_it_was_opened(open: Open, tmp_path: Path) -> None:
    store = run(open(tmp_path))
    for version in range(1, 4):
        assert run(store.append("Order-1", [ADDED])).version == version
    run(store.close())


def test_a_loop_that_ends_before_it_hears_of_a_result_is_forgotten(tmp_path: Path) -> None:
    store = run(postgres(tmp_path))
    run(store.append("Order-1", [ADDED]))
    loop = asyncio.new_event_loop()
    with psycopg.connect(database()) as connection:
        connection.execute(f"SELECT FROM {schema_of(tmp_path)}.streams FOR UPDATE".encode())
        appending = loop.create_task(store.append("Order-1", [ADDED]))
        loop.run_until_complete(asyncio.sleep(0.1))
        # In its last round the loop looks first, then the result comes in, and then the task is cancelled.
        loop.call_soon(connection.rollback)
        loop.call_soon(time.sleep, 0.2)
        appending.cancel()
        loop.call_soon(loop.stop)
        loop.run_forever()
    assert appending.cancelled()
    loop.close()
    gone = weakref.ref(loop)
    del loop, appending
    gc.collect()
    assert gone() is None
    run(store.close())


@every_loop
def test_a_loop_that_has_ended_is_forgotten(new_loop: Callable[[], Any], tmp_path: Path) -> None:
    store = run(sqlite(tmp_path))
    loop = new_loop()
    loop.run_until_complete(store.append("Order-1", [ADDED]))
    loop.close()
    gone = weakref.ref(loop)
    del loop
    gc.collect()
    assert gone() is None
    run(store.close())


@pytest.mark.parametrize("open", [sqlite, postgres])
def test_the_loop_goes_on_while_a_store_waits(open: Open, tmp_path: Path) -> None:
    async def main() -> None:
        async with await open(tmp_path) as store:
            await store.append("Order-1", [ADDED])
            async with locked(store, tmp_path):
                appending = asyncio.create_task(store.append("Order-1", [ADDED]))
                longest = 0.0
                for _ in range(50):
                    before = time.monotonic()
                    await asyncio.sleep(0.01)
                    longest = max(longest, time.monotonic() - before)
                assert not appending.done()
            assert (await appending).version == 2
            # A store that blocked the loop would block it for as long as the lock was held.
            assert longest < 0.4

    run(main())


@asynccontextmanager
async def locked(store: AsyncStore, directory: Path) -> AsyncIterator[None]:
    """Nobody else may write to the store meanwhile."""
    if isinstance(store, AsyncPostgresStore):
        with psycopg.connect(database()) as connection:
            connection.execute(f"SELECT FROM {schema_of(directory)}.streams FOR UPDATE".encode())
            yield
        return
    # By another process: SQLite's module in this one would be another copy of SQLite on the same file.
    hold = (
        "import sqlite3, sys; connection = sqlite3.connect(sys.argv[1]); "
        "connection.execute('BEGIN IMMEDIATE'); print(flush=True); input()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(directory / "store.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        yield
    finally:
        holder.communicate(b"\n")


@every_store
def test_what_a_coroutine_raises_after_a_wait_comes_out(open: Open, tmp_path: Path) -> None:
    class Refused(Exception):
        pass

    class Refusing(Counter):
        def decide(self, command: int, state: int) -> Any:
            raise Refused(command)

    async def main() -> None:
        async with await open(tmp_path) as store:
            for command in range(3):
                with pytest.raises(Refused, match=str(command)):
                    await store.execute(Refusing(), "1", command)
            assert await store.head() == 0

    run(main())


def test_a_call_is_awaited_once() -> None:
    async def main() -> None:
        async with AsyncMemoryStore() as store:
            call = store._core.head()
            assert await call == 0
            with pytest.raises(RuntimeError, match="already"):
                await call

    run(main())


@pytest.mark.parametrize("cls", [AsyncSqliteStore, AsyncPostgresStore])
def test_what_takes_waiting_is_opened_by_open(cls: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=rf"await {cls.__name__}\.open"):
        cls("shop.db")

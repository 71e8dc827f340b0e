"""Stores for asyncio and event loops: several at once, of either kind, and what runs where."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import multiprocessing
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import uvloop
from onefold import (
    AsyncCustomStore,
    AsyncMemoryStore,
    AsyncPostgresStore,
    AsyncSqliteStore,
    AsyncStore,
    Event,
    EventRegistry,
    Executed,
    InvalidArgumentError,
    Metadata,
    StoreError,
)

from tests.python.awaited import Coroutines
from tests.python.plain_store import PlainStore
from tests.python.postgres import database, fresh_schema, schema_of
from tests.python.support import ADDED, Counter

Open = Callable[..., Coroutine[Any, Any, AsyncStore]]

WHO = contextvars.ContextVar("WHO", default="nobody")


async def memory(directory: Path, **options: Any) -> AsyncStore:
    return await AsyncMemoryStore.open(**options)


async def sqlite(directory: Path, **options: Any) -> AsyncStore:
    return await AsyncSqliteStore.open(directory / "store.db", durability="relaxed", **options)


async def postgres(directory: Path, **options: Any) -> AsyncStore:
    return await AsyncPostgresStore.open(database(), schema=schema_of(directory), connections=4, **options)


async def custom(directory: Path, **options: Any) -> AsyncStore:
    return await AsyncCustomStore.open(Coroutines(PlainStore()), **options)


every_store = pytest.mark.parametrize("open", [memory, sqlite, postgres, custom])


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


def run(call: Coroutine[Any, Any, Any], new_loop: Callable[[], Any] = asyncio.new_event_loop) -> Any:
    loop = new_loop()
    try:
        return loop.run_until_complete(asyncio.wait_for(call, 60))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


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


@every_store
def test_a_store_outlives_the_loop_in_which_it_was_opened(open: Open, tmp_path: Path) -> None:
    store = run(open(tmp_path))
    for version in range(1, 4):
        assert run(store.append("Order-1", [ADDED])).version == version
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


class Watched(Counter):
    """Notes on which thread and in which context its methods are called."""

    def __init__(self, notes: list[tuple[str, int, str]]) -> None:
        self._notes = notes

    def initial(self) -> int:
        self._notes.append(("initial", threading.get_ident(), WHO.get()))
        return super().initial()

    def decide(self, command: int, state: int) -> Any:
        self._notes.append(("decide", threading.get_ident(), WHO.get()))
        return super().decide(command, state)

    def evolve(self, state: int, event: Event) -> int:
        self._notes.append(("evolve", threading.get_ident(), WHO.get()))
        return super().evolve(state, event)

    def is_terminal(self, state: int) -> bool:
        self._notes.append(("is_terminal", threading.get_ident(), WHO.get()))
        return False

    def encode_state(self, state: int) -> int:
        self._notes.append(("encode_state", threading.get_ident(), WHO.get()))
        return state

    def decode_state(self, state: int) -> int:
        self._notes.append(("decode_state", threading.get_ident(), WHO.get()))
        return state


@every_store
def test_users_code_runs_in_the_task_that_awaits_and_sees_its_context(open: Open, tmp_path: Path) -> None:
    notes: list[tuple[str, int, str]] = []

    def enrich(event: Event) -> Metadata:
        notes.append(("enrich", threading.get_ident(), WHO.get()))
        return Metadata(correlation_id=WHO.get())

    def upcast(data: dict[str, Any]) -> dict[str, Any]:
        notes.append(("upcast", threading.get_ident(), WHO.get()))
        return {"by": data["by"]}

    events = EventRegistry()
    events.type("Added", version=2)
    events.upcast("Added", 1)(upcast)

    async def work(store: AsyncStore, who: str) -> None:
        WHO.set(who)
        old = Event("Added", {"by": 1, "old": True}, schema_version=1)
        await store.append(f"Counter-{who}", [old])
        executed: Executed[int] = await store.execute(Watched(notes), who, 1)
        assert [event.metadata.correlation_id for event in executed.events] == [who]
        await store.load(Watched(notes), who)

    async def main() -> None:
        options = {"events": events, "enrichers": [enrich], "snapshot_every": 1}
        async with await open(tmp_path, **options) as store:
            await asyncio.gather(*(work(store, who) for who in ("ann", "bob", "cleo")))

    run(main())
    assert {thread for _, thread, _ in notes} == {threading.get_ident()}
    for who in ("ann", "bob", "cleo"):
        called = {method for method, _, seen_by in notes if seen_by == who}
        assert called == {
            *("initial", "decide", "evolve", "is_terminal", "encode_state", "decode_state", "enrich", "upcast")
        }
    assert not [note for note in notes if note[2] == "nobody"]


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


def use_in_child(store: AsyncStore, directory: Path, answers: Any) -> None:
    async def main() -> None:
        for call in (store.append("Order-1", [ADDED]), store.head(), store.load(Counter(), "1")):
            with pytest.raises(StoreError) as raised:
                await call
            answers.put(str(raised.value))
        await store.close()
        # The child's own store works, though the parent's threads are not there.
        async with await AsyncPostgresStore.open(database(), schema=fresh_schema()) as own:
            answers.put((await own.append("Order-2", [ADDED])).version)

    asyncio.run(main())


@pytest.mark.parametrize("open", [sqlite, postgres])
def test_a_store_from_before_a_fork_says_so_at_once(open: Open, tmp_path: Path) -> None:
    store = run(open(tmp_path))
    run(store.append("Order-1", [ADDED]))
    fork = multiprocessing.get_context("fork")
    answers = fork.Queue()
    child = fork.Process(target=use_in_child, args=(store, tmp_path, answers))
    child.start()
    said = [answers.get(timeout=20) for _ in range(4)]
    child.join(20)
    assert child.exitcode == 0
    assert all("fork" in message for message in said[:3])
    assert said[3] == 1
    assert run(store.append("Order-1", [ADDED])).version == 2
    run(store.close())


ENDINGS = {
    "a call is still waiting": """
async def main():
    store = await open()
    asyncio.create_task(store.append("Order-1", [Event("A", {})]))
    await asyncio.sleep(0)
asyncio.run(main())
""",
    "nobody awaits a call": """
async def main():
    store = await open()
    store._core.append("Order-1", [Event("A", {})], ANY)
    call = store._core.head().__await__()
    next(call, None)
asyncio.run(main())
""",
    "a loop was closed with calls waiting": """
loop = asyncio.new_event_loop()
store = loop.run_until_complete(open())
tasks = [loop.create_task(store.append("Order-1", [Event("A", {})])) for _ in range(100)]
loop.call_soon(loop.stop)
loop.run_forever()
loop.close()
""",
    "another thread is at it": """
store = asyncio.run(open())
async def forever():
    while True:
        await asyncio.gather(*(store.append(f"Order-{n}", [Event("A", {})]) for n in range(8)))
threading.Thread(target=asyncio.run, args=(forever(),), daemon=True).start()
time.sleep(0.3)
""",
    "it exits in the middle": """
async def main():
    store = await open()
    task = asyncio.create_task(store.append("Order-1", [Event("A", {})]))
    await asyncio.sleep(0.0005)
    sys.exit(0)
asyncio.run(main())
""",
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_the_interpreter_ends_in_peace_while(ending: str, kind: str, tmp_path: Path) -> None:
    opening = {
        "sqlite": f"AsyncSqliteStore.open({str(tmp_path / 'store.db')!r})",
        "postgres": f"AsyncPostgresStore.open({database()!r}, schema={fresh_schema()!r})",
    }[kind]
    script = f"""
import asyncio, sys, threading, time
from onefold import ANY, AsyncPostgresStore, AsyncSqliteStore, Event
def open(): return {opening}
{ENDINGS[ending]}
"""
    for _ in range(3):
        ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False)
        assert ended.returncode == 0, ended.stderr
        assert "panic" not in ended.stderr
        assert "Fatal" not in ended.stderr


def test_twins_take_the_same_arguments() -> None:
    import inspect

    import onefold

    for name in ("Store", "MemoryStore", "SqliteStore", "PostgresStore", "CustomStore"):
        one, other = getattr(onefold, name), getattr(onefold, f"Async{name}")
        names = {member for member in dir(one) if not member.startswith("_")}
        assert names - {"open"} == {member for member in dir(other) if not member.startswith("_")} - {"open"}
        for member in names:
            if inspect.isfunction(getattr(one, member)):
                ours, theirs = inspect.signature(getattr(one, member)), inspect.signature(getattr(other, member))
                assert ours.parameters == theirs.parameters, f"{name}.{member}"
        if name != "Store":
            made, opened = inspect.signature(one), inspect.signature(other.open)
            mine = [parameter.replace(annotation=None) for parameter in made.parameters.values()]
            theirs_ = [parameter.replace(annotation=None) for parameter in opened.parameters.values()]
            assert mine == theirs_, name

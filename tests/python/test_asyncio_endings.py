"""Forks and the end of the interpreter: threads are gone, and nothing may hang or crash."""

from __future__ import annotations

import asyncio
import multiprocessing
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from onefold import AsyncPostgresStore, AsyncStore, StoreError

from tests.python.asyncio_stores import Open, postgres, run, sqlite
from tests.python.postgres import database, fresh_schema
from tests.python.support import ADDED, Counter


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

"""A store for asyncio as one whose calls give results: so that what is tested of the one is tested of the other."""

from __future__ import annotations

import asyncio
import inspect
import threading
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

from onefold import AsyncStore, Store

Result = TypeVar("Result")


class Awaited:
    """Every thread that calls it runs an event loop of its own meanwhile."""

    def __init__(self, open: Callable[[], Awaitable[AsyncStore]]) -> None:
        self._loops: list[asyncio.AbstractEventLoop] = []
        self._local = threading.local()
        # Not every test closes what it opens.
        weakref.finalize(self, _close, self._loops)

        async def opened() -> AsyncStore:
            return await open()

        self._store = self._run(opened())

    def close(self) -> None:
        self._run(self._store.close())
        _close(self._loops)
        self._local = threading.local()

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._store, name)
        if inspect.iscoroutinefunction(member):
            return lambda *arguments, **options: self._run(member(*arguments, **options))
        if name.startswith("iter_"):
            return lambda *arguments, **options: self._iterate(member(*arguments, **options))
        return member

    def __enter__(self) -> Awaited:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return repr(self._store)

    def _run(self, call: Coroutine[Any, Any, Result]) -> Result:
        loop = self._loop()
        if not loop.is_running():
            return loop.run_until_complete(call)
        # Called from within a decider: this thread's loop is busy with the command.
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(asyncio.run, call).result()

    def _loop(self) -> asyncio.AbstractEventLoop:
        if not hasattr(self._local, "loop"):
            self._local.loop = asyncio.new_event_loop()
            self._loops.append(self._local.loop)
        return cast(asyncio.AbstractEventLoop, self._local.loop)

    def _iterate(self, events: AsyncIterator[Result]) -> Iterator[Result]:
        async def following() -> list[Result]:
            try:
                return [await anext(events)]
            except StopAsyncIteration:
                return []

        while found := self._run(following()):
            yield from found


def _close(loops: list[asyncio.AbstractEventLoop]) -> None:
    # One that runs, where a store is closed from within a decider, is closed in the end.
    for loop in [loop for loop in loops if not loop.is_running()]:
        loops.remove(loop)
        loop.close()


def awaited(open: Callable[[], Awaitable[AsyncStore]]) -> Store:
    """Open a store for asyncio and give it as one of the other kind."""
    return cast(Store, Awaited(open))


class Coroutines:
    """The methods of an object as coroutines, each of which lets the loop run before it does anything."""

    def __init__(self, methods: Any) -> None:
        self._methods = methods

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._methods, name)
        if not callable(member):
            return member

        async def call(*arguments: Any, **options: Any) -> Any:
            await asyncio.sleep(0)
            return member(*arguments, **options)

        return call

"""What contenders on asyncio share: an event loop of their own, and tasks in it."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from itertools import cycle
from typing import Any, ClassVar, TypeVar

from bench.event import Total
from bench.postgres.contenders import TASKS

T = TypeVar("T")


class InTasks(ABC):
    """A contender that is asynchronous; see `Contender`."""

    name: ClassVar[str]

    def __init__(self, dsn: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._run(self._open(dsn))

    def append_for(self, seconds: float, streams: Sequence[str], batches: Sequence[list[dict[str, Any]]]) -> list[int]:
        return self._run(self._append_for(seconds, streams, batches))

    def append_each(self, streams: Sequence[str], lines: list[dict[str, Any]]) -> None:
        self._run(_each(streams, lambda stream: self._append(stream, 0, lines)))

    def execute(self, streams: Sequence[str], line: dict[str, Any]) -> None:
        self._run(_each(streams, lambda stream: self._execute(stream, line)))

    def totals(self, streams: Sequence[str]) -> list[Total]:
        return self._run(self._load_all(streams))

    def close(self) -> None:
        self._run(self._close())
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)

    async def _append_for(
        self, seconds: float, streams: Sequence[str], batches: Sequence[list[dict[str, Any]]]
    ) -> list[int]:
        end = time.perf_counter() + seconds

        async def append_until_end(stream: str) -> int:
            version = 0
            for appends, batch in enumerate(cycle(batches)):
                if time.perf_counter() >= end:
                    return appends
                await self._append(stream, version, batch)
                version += len(batch)
            raise AssertionError("no batches")

        return await asyncio.gather(*map(append_until_end, streams))

    async def _load_all(self, streams: Sequence[str]) -> list[Total]:
        totals: dict[str, Total] = {}

        async def load(stream: str) -> None:
            totals[stream] = await self._load(stream)

        await _each(streams, load)
        return [totals[stream] for stream in streams]

    @abstractmethod
    async def _open(self, dsn: str) -> None: ...

    @abstractmethod
    async def _append(self, stream: str, expected: int, lines: list[dict[str, Any]]) -> None: ...

    @abstractmethod
    async def _execute(self, stream: str, line: dict[str, Any]) -> None: ...

    @abstractmethod
    async def _load(self, stream: str) -> Total: ...

    @abstractmethod
    async def _close(self) -> None: ...


async def _each(streams: Sequence[str], work: Callable[[str], Awaitable[None]]) -> None:
    remaining = iter(streams)

    async def work_on_next() -> None:
        for stream in remaining:
            await work(stream)

    await asyncio.gather(*(work_on_next() for _ in range(TASKS)))

"""What contenders without asyncio share: threads."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any, ClassVar

from bench.event import Total
from bench.postgres.contenders import TASKS


class InThreads(ABC):
    """A contender that is synchronous; see `Contender`. One stream is appended to by the thread that calls."""

    name: ClassVar[str]

    def __init__(self, dsn: str) -> None:
        self._threads = ThreadPoolExecutor(TASKS)
        self._open(dsn)

    def append_for(self, seconds: float, streams: Sequence[str], batches: Sequence[list[dict[str, Any]]]) -> list[int]:
        end = time.perf_counter() + seconds

        def append_until_end(stream: str) -> int:
            version = 0
            for appends, batch in enumerate(cycle(batches)):
                if time.perf_counter() >= end:
                    return appends
                self._append(stream, version, batch)
                version += len(batch)
            raise AssertionError("no batches")

        if len(streams) == 1:
            return [append_until_end(streams[0])]
        return list(self._threads.map(append_until_end, streams))

    def append_each(self, streams: Sequence[str], lines: list[dict[str, Any]]) -> None:
        list(self._threads.map(lambda stream: self._append(stream, 0, lines), streams))

    def execute(self, streams: Sequence[str], line: dict[str, Any]) -> None:
        list(self._threads.map(lambda stream: self._execute(stream, line), streams))

    def totals(self, streams: Sequence[str]) -> list[Total]:
        return list(map(self._load, streams))

    def close(self) -> None:
        self._threads.shutdown()
        self._close()

    @abstractmethod
    def _open(self, dsn: str) -> None: ...

    @abstractmethod
    def _append(self, stream: str, expected: int, lines: list[dict[str, Any]]) -> None: ...

    @abstractmethod
    def _execute(self, stream: str, line: dict[str, Any]) -> None: ...

    @abstractmethod
    def _load(self, stream: str) -> Total: ...

    @abstractmethod
    def _close(self) -> None: ...

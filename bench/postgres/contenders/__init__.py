"""Those who take part, behind the same methods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from bench.event import Total

TASKS = 16
"""How many asyncio tasks, or threads, work at once."""


class Contender(Protocol):
    """One way to keep events in PostgreSQL, opened with the address of an empty database."""

    name: ClassVar[str]

    def __init__(self, dsn: str) -> None: ...

    def append_for(self, seconds: float, streams: Sequence[str], batches: Sequence[list[dict[str, Any]]]) -> list[int]:
        """Appends to all streams at once, a task for each; tells how many appends each has got.

        The batches are taken in turn, over and over. Each append expects the version that its stream is at.
        """

    def append_each(self, streams: Sequence[str], lines: list[dict[str, Any]]) -> None:
        """Appends these to each of the new streams, `TASKS` at once."""

    def execute(self, streams: Sequence[str], line: dict[str, Any]) -> None:
        """Loads each stream, folds it, decides to add `line`, and writes that; `TASKS` at once."""

    def totals(self, streams: Sequence[str]) -> list[Total]:
        """Reads and folds streams."""

    def close(self) -> None: ...


class Reader(Contender, Protocol):
    """A contender that also reads all events at once, as it hands them to its user."""

    def read(self) -> Sequence[object]: ...

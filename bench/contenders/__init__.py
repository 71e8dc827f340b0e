"""Those who take part, behind the same methods; each loops inside, so that none pays for a common driver."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from bench.event import Total


class Append(NamedTuple):
    """Events to be written in one transaction, if the stream is at version `expected`."""

    stream: str
    expected: int
    events: Sequence[dict[str, Any]]


class Contender(Protocol):
    """One way to keep events in an SQLite file; made with the file's path, which need not exist."""

    name: str

    def __init__(self, path: Path) -> None: ...

    def append(self, appends: Sequence[Append]) -> None:
        """Writes each in a transaction of its own, one after the other."""

    def execute(self, streams: Sequence[str], line: dict[str, Any]) -> None:
        """Loads each stream, folds it, decides to add `line`, and writes that at the folded version."""

    def load(self, stream: str) -> Total:
        """Reads and folds a stream."""

    def durability(self) -> tuple[str, int]:
        """`PRAGMA journal_mode` and `PRAGMA synchronous`, asked on the connection that writes."""

    def close(self) -> None: ...


SAME_DURABILITY = ("wal", 2)
"""WAL with synchronous=FULL: every commit is on the disk before it returns."""


def check_durability(contender: Contender) -> None:
    found = contender.durability()
    if found != SAME_DURABILITY:
        raise AssertionError(f"{contender.name} runs with {found}, not {SAME_DURABILITY}")

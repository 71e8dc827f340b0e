"""onefold on its SQLite store, with typed events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from onefold import Decider, Event, EventRegistry, SqliteStore, StoredEvent

from bench.contenders import Append
from bench.event import MOST_LINES, LineAdded, TooManyLines, Total


def registry() -> EventRegistry:
    events = EventRegistry()
    events.type("LineAdded")(LineAdded)
    return events


class Order(Decider[LineAdded, Total, LineAdded]):
    """An order, as all contenders fold it."""

    category = "Order"

    def initial(self) -> Total:
        return Total()

    def decide(self, command: LineAdded, state: Total) -> list[LineAdded]:
        if state.lines >= MOST_LINES:
            raise TooManyLines
        return [command]

    def evolve(self, state: Total, event: LineAdded) -> Total:
        return Total(state.lines + 1, state.cents + event.quantity * event.unit_price_cents)


class OnefoldSqlite:
    name = "onefold"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._store = SqliteStore(path, events=registry())
        self._order = Order()

    def append(self, appends: Sequence[Append]) -> None:
        append = self._store.append
        for stream, expected, events in appends:
            append(stream, [Event("LineAdded", data) for data in events], expected_version=expected)

    def append_typed(self, stream: str, batches: Sequence[list[LineAdded]]) -> None:
        version = 0
        for batch in batches:
            version = self._store.append(stream, batch, expected_version=version).version

    def execute(self, streams: Sequence[str], line: dict[str, Any]) -> None:
        command = LineAdded(**line)
        for stream in streams:
            self._store.execute(self._order, stream.removeprefix("Order-"), command)

    def load(self, stream: str) -> Total:
        return self._store.load(self._order, stream.removeprefix("Order-")).state

    def events(self) -> Iterator[StoredEvent]:
        return self._store.iter_all()

    def durability(self) -> tuple[str, int]:
        """A log beside the file shows WAL; FULL is what `durability="strict"`, the default, stands for.

        The file itself is not opened: a second SQLite library in one process would break the locks of the first
        (https://www.sqlite.org/howtocorrupt.html, 2.2.1).
        """
        return ("wal" if Path(f"{self._path}-wal").exists() else "delete"), 2

    def close(self) -> None:
        self._store.close()

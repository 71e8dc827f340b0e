"""Worker processes that receive, reserve, ship, release and count the same items, on one SQLite file."""

from __future__ import annotations

import multiprocessing
import random
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event as Flag
from pathlib import Path
from uuid import uuid4

import msgspec
from onefold import ConflictError, SqliteStore

from .domain import (
    Command,
    Count,
    Receive,
    Rejection,
    Release,
    Reserve,
    Ship,
    Stock,
    StockEvent,
    StockItem,
    events,
)

RETRIES = 5
SNAPSHOT_EVERY = 100
REPORT_SECONDS = 0.1
OPEN_ORDERS = 12

# What a worker process shares with the one that started it; set by `_begin`.
_reports: Queue[tuple[int, Tally]]
_stop: Flag


class Tally(msgspec.Struct):
    """What one worker has done so far."""

    commands: int = 0
    decisions: int = 0
    events: int = 0
    rejected: dict[str, int] = {}
    gave_up: int = 0
    seconds: float = 0.0

    @property
    def retries(self) -> int:
        """A command is decided once, and once more for each conflict after which it was tried again."""
        return self.decisions - self.commands

    @property
    def conflicts(self) -> int:
        """Those that were retried, and the last one of each command that was given up."""
        return self.retries + self.gave_up

    @property
    def rejections(self) -> int:
        return sum(self.rejected.values())

    def __add__(self, other: Tally) -> Tally:
        """Both together, who worked side by side."""
        kinds = self.rejected.keys() | other.rejected.keys()
        return Tally(
            self.commands + other.commands,
            self.decisions + other.decisions,
            self.events + other.events,
            {kind: self.rejected.get(kind, 0) + other.rejected.get(kind, 0) for kind in sorted(kinds)},
            self.gave_up + other.gave_up,
            max(self.seconds, other.seconds),
        )


class Crew:
    """The worker processes, seen from the one that started them."""

    def __init__(self, reports: Queue[tuple[int, Tally]], stop: Flag, futures: list[Future[Tally]]) -> None:
        self._reports = reports
        self._stop = stop
        self._futures = futures
        self._latest: dict[int, Tally] = {}

    @property
    def working(self) -> bool:
        return not all(future.done() for future in self._futures)

    def so_far(self) -> Tally:
        """The sum of what the workers last reported."""
        while not self._reports.empty():
            worker, tally = self._reports.get()
            self._latest[worker] = tally
        return sum(self._latest.values(), Tally())

    def stop(self) -> None:
        self._stop.set()

    def total(self) -> Tally:
        """Waits for all of them; an error in a worker comes out here."""
        return sum((future.result() for future in self._futures), Tally())


@contextmanager
def crew(path: Path, items: list[str], workers: int, seconds: float) -> Iterator[Crew]:
    """Starts `workers` processes that work on `items` for `seconds`."""
    spawn = multiprocessing.get_context("spawn")
    reports: Queue[tuple[int, Tally]] = spawn.Queue()
    stop = spawn.Event()
    with ProcessPoolExecutor(workers, mp_context=spawn, initializer=_begin, initargs=(reports, stop)) as pool:
        futures = [pool.submit(_work, number, path, items, seconds) for number in range(workers)]
        try:
            yield Crew(reports, stop, futures)
        finally:
            stop.set()


def _begin(reports: Queue[tuple[int, Tally]], stop: Flag) -> None:
    """Runs first in each process: queues and flags can only be handed over here."""
    global _reports, _stop
    _reports, _stop = reports, stop
    # Ctrl-C reaches every process of a terminal; the parent alone answers it, by the flag.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _work(number: int, path: Path, items: list[str], seconds: float) -> Tally:
    with SqliteStore(path, events=events, snapshot_every=SNAPSHOT_EVERY) as store:
        worker = Worker(store, items)
        start, next_report = time.monotonic(), 0.0
        while worker.tally.seconds < seconds and not _stop.is_set():
            worker.step()
            worker.tally.seconds = time.monotonic() - start
            if worker.tally.seconds >= next_report:
                _reports.put((number, deepcopy(worker.tally)))
                next_report = worker.tally.seconds + REPORT_SECONDS
    return worker.tally


class CountingItem(StockItem):
    """The item's rules; it counts how often it is asked."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def decide(self, command: Command, state: Stock) -> list[StockEvent]:
        self._tally.decisions += 1
        return super().decide(command, state)


class Worker:
    """Somebody in the stockroom, with orders of their own to look after."""

    def __init__(self, store: SqliteStore, items: list[str]) -> None:
        self.tally = Tally()
        self._store = store
        self._items = items
        self._decider = CountingItem(self.tally)
        self._random = random.Random()
        self._open_orders: list[tuple[str, str]] = []

    def step(self) -> None:
        """Does one thing to one item."""
        item, command = self._next_command()
        self.tally.commands += 1
        try:
            done = self._store.execute(self._decider, item, command, retries=RETRIES)
        except Rejection as rejection:
            kind = type(rejection).__name__
            self.tally.rejected[kind] = self.tally.rejected.get(kind, 0) + 1
        except ConflictError:
            self.tally.gave_up += 1
        else:
            self.tally.events += len(done.events)
            if isinstance(command, Reserve):
                self._open_orders.append((item, command.order))

    def _next_command(self) -> tuple[str, Command]:
        dice = self._random.random()
        if len(self._open_orders) > OPEN_ORDERS or (dice < 0.4 and self._open_orders):
            item, order = self._open_orders.pop(self._random.randrange(len(self._open_orders)))
            return item, (Ship(order) if self._random.random() < 0.8 else Release(order))
        item = self._random.choice(self._items)
        if dice < 0.9:
            return item, Reserve(str(uuid4()), self._random.randint(1, 10))
        if dice < 0.95:
            return item, Receive(self._random.randint(20, 50))
        if dice < 0.99:
            return item, self._count(item)
        return item, Ship("lost-papers")

    def _count(self, item: str) -> Count:
        """Counts the shelf, where a piece is missing or too many now and then."""
        book = self._store.load(self._decider, item).state.on_hand
        return Count(max(0, book + self._random.choice([0, 0, 0, -1, 1])), book)

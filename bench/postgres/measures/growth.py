"""Whether a large store is as fast as a small one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random

from bench.event import total_of
from bench.pairs import ONEFOLD, Target, rate_of
from bench.postgres.contenders import TASKS, Contender
from bench.postgres.contenders.onefold_postgres import OnefoldAsync
from bench.postgres.fill import VERSIONS, fill, stream_of
from bench.postgres.measures.append import append_rate, batches_of
from bench.postgres.server import Durability, Place

RATIO = 0.8
"""Not slower than by a quarter."""


@dataclass
class Grown:
    """Two stores on one server, filled when they are first asked for: one of `events` events and one of a hundredth."""

    events: int
    _stores: dict[str, OnefoldAsync] = field(default_factory=dict)

    @property
    def small(self) -> int:
        return self.events // 100

    @property
    def small_name(self) -> str:
        return f"onefold at {self.small:,} events"

    def stores(self, place: Place) -> dict[str, OnefoldAsync]:
        if not self._stores:
            for name, events in ((ONEFOLD, self.events), (self.small_name, self.small)):
                dsn = place.database(Durability.NO_WAIT)
                fill(dsn, events)
                self._stores[name] = place.keep(OnefoldAsync(dsn))
        return self._stores


@dataclass(frozen=True)
class AppendingWhenGrown:
    """Appends of one event for `seconds` to sixteen new streams at once."""

    grown: Grown
    seconds: float
    unit = "events/s"
    turns = 2

    @property
    def name(self) -> str:
        return f"append 1, {TASKS} tasks, at {self.grown.events:,}"

    @property
    def targets(self) -> list[Target]:
        return [Target((self.grown.small_name,), RATIO)]

    def contenders(self, place: Place) -> dict[str, Callable[[], float]]:
        work = partial(append_rate, streams=TASKS, batches=batches_of(1), seconds=self.seconds)
        return {name: partial(work, store) for name, store in self.grown.stores(place).items()}


@dataclass(frozen=True)
class LoadingWhenGrown:
    """Reads and folds of `loads` streams of ten events anywhere in the store, sixteen at once.

    Before the first turn a third of all streams is loaded: a connection of the server maps each page of its memory when
    it first meets it, which costs about as much as the rest of the read.
    """

    grown: Grown
    loads: int
    unit = "streams/s"
    turns = 2

    @property
    def name(self) -> str:
        return f"load {VERSIONS} events, {TASKS} tasks, at {self.grown.events:,}"

    @property
    def targets(self) -> list[Target]:
        return [Target((self.grown.small_name,), RATIO)]

    def contenders(self, place: Place) -> dict[str, Callable[[], float]]:
        stores, random = self.grown.stores(place), Random(1)
        works = {}
        for name, events in ((ONEFOLD, self.grown.events), (self.grown.small_name, self.grown.small)):
            work = partial(self._load, stores[name], random, events // VERSIONS)
            work(events // VERSIONS // 3)
            works[name] = partial(work, self.loads)
        return works

    def _load(self, store: Contender, random: Random, of: int, loads: int) -> float:
        streams = [stream_of(random.randrange(of)) for _ in range(loads)]
        expected = [total_of(VERSIONS)] * len(streams)

        def load() -> None:
            assert store.totals(streams) == expected, "it folds to something else"

        return rate_of(len(streams), load)

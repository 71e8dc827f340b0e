"""Appending for a while, to one stream or to several at once."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench.event import data, new_stream, total_of
from bench.pairs import Target
from bench.postgres.contenders import Contender
from bench.postgres.server import Durability, Place

# Lines repeat after so many: a multiple of what `line` counts by, and of each size.
LINES = 7_000


@dataclass(frozen=True)
class Appending:
    """Appends of `size` events for `seconds` to each of `streams` new streams at once, given as plain dicts.

    By time and not by number, for some do twenty times as many as others.
    """

    label: str
    kinds: Callable[[], list[type[Contender]]]
    streams: int
    size: int
    durability: Durability
    seconds: float
    turns: int
    targets: list[Target]
    unit = "events/s"

    @property
    def name(self) -> str:
        return f"{self.label}, {self.durability.value}"

    def contenders(self, place: Place) -> dict[str, Callable[[], float]]:
        work = partial(append_rate, streams=self.streams, batches=batches_of(self.size), seconds=self.seconds)
        return {kind.name: partial(work, place.keep(kind(place.database(self.durability)))) for kind in self.kinds()}


def batches_of(size: int) -> list[list[dict[str, Any]]]:
    lines = [data(number) for number in range(LINES)]
    return [lines[start : start + size] for start in range(0, LINES, size)]


def append_rate(contender: Contender, streams: int, batches: list[list[dict[str, Any]]], seconds: float) -> float:
    """Appends for a while to so many new streams at once; events a second."""
    names = [new_stream() for _ in range(streams)]
    size = len(batches[0])
    gc.collect()
    start = time.perf_counter()
    appends = contender.append_for(seconds, names, batches)
    taken = time.perf_counter() - start
    assert contender.totals(names) == [total_of(count * size) for count in appends], f"{contender.name} lost something"
    return sum(appends) * size / taken
